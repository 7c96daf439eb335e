import { type Mean, meanOf } from '../../statistics/bootstrap.ts';
import { formatInterval, NOTHING } from '../format.ts';
import { colour, type ColourName } from '../palette.ts';
import { note } from './axes.ts';
import type { Drawing, Figure, FigureParts } from './drawing.ts';

/** The values of one method's answers. */
export interface Distribution {
  label: string;
  values: readonly number[];
  /** The raw answer's is drawn in grey, and behind every other as an outline. */
  isRaw: boolean;
}

export interface DistributionChart extends Pick<FigureParts, 'name' | 'title' | 'description'> {
  distributions: readonly Distribution[];
  xLabel: string;
}

const ROW = 46;
/** How far a ridge may rise, in rows. */
const RISE = 0.92;
/** Values that take no more different values than this have bars, others a smooth density. */
const MAX_BARS = 16;
/** Up to so many whole ones are all named on the axis. */
const MAX_TICKS = 7;

interface Outline {
  x: number;
  /** Share or density, of the highest of the figure. */
  height: number;
}

/**
 * Figure 4 of the paper: how values are distributed, a ridge for each method with the raw answers' outline behind it; the
 * dot is the mean with its 95 % interval. Null where there is nothing to draw.
 */
export function distributionFigure({ Plot, figure }: Drawing, chart: DistributionChart): Figure | null {
  const { distributions, xLabel, ...about } = chart;
  const shown = distributions.filter(({ values }) => values.length > 0);
  if (shown.length === 0) return null;
  const all = [...new Set(shown.flatMap(({ values }) => values))].toSorted((one, other) => one - other);
  const outlines = all.length <= MAX_BARS ? barsOf(shown, all) : densitiesOf(shown);
  const top = Math.max(...outlines.flat().map(({ height }) => height));
  const raw = outlines[shown.findIndex(({ isRaw }) => isRaw)];
  const scaled = (outline: readonly Outline[], row: number) =>
    outline.map(({ x, height }) => ({ x, y: row + (RISE * height) / top, row }));
  const last = shown.length - 1;
  const marks = shown.flatMap(({ label, values, isRaw }, index) => {
    const row = last - index;
    const fill = colour(ridgeColour(isRaw));
    const mean = { ...meanOf(values), row, label };
    const line = { curve: 'linear', strokeLinejoin: 'round' } as const;
    return [
      Plot.areaY(scaled(outlines[index] ?? [], row), {
        x: 'x',
        y1: 'row',
        y2: 'y',
        fill,
        fillOpacity: isRaw ? 0.28 : 0.3,
        ...line,
      }),
      Plot.lineY(scaled(outlines[index] ?? [], row), {
        x: 'x',
        y: 'y',
        stroke: fill,
        strokeWidth: 1.5,
        ...line,
      }),
      isRaw || raw === undefined
        ? null
        : Plot.lineY(scaled(raw, row), {
            x: 'x',
            y: 'y',
            stroke: colour('neutral'),
            strokeWidth: 1,
            strokeDasharray: '3 2',
            ...line,
          }),
      Plot.ruleY([row], { stroke: colour('line') }),
      Plot.ruleY([mean], { x1: 'low', x2: 'high', y: 'row', stroke: colour('ink'), strokeWidth: 2 }),
      Plot.dot([mean], { x: 'value', y: 'row', r: 3.5, fill: colour('ink'), title: titleOf }),
    ];
  });
  return figure({
    ...about,
    height: shown.length * ROW + 52,
    plot: {
      marginLeft: 96,
      marginTop: 14,
      marginBottom: 38,
      marginRight: 14,
      x: { nice: all.length > MAX_BARS },
      y: { domain: [0, last + 1], axis: null },
      marks: [
        Plot.axisX({
          ...(all.length <= MAX_TICKS && all.every(Number.isInteger)
            ? { ticks: all, tickFormat: String }
            : { ticks: 6 }),
          tickSize: 0,
          label: null,
        }),
        ...marks,
        Plot.text(shown, {
          frameAnchor: 'left',
          dx: -92,
          y: (_: unknown, at: number) => last - at,
          dy: -9,
          text: 'label',
          textAnchor: 'start',
        }),
        note(Plot, xLabel, { frameAnchor: 'bottom-right', dy: 34 }),
      ],
    },
  });
}

const ridgeColour = (isRaw: boolean): ColourName => (isRaw ? 'neutral' : 's-1');

const titleOf = ({ label, ...mean }: Mean & { label: string }) =>
  mean.value === null ? NOTHING : `${label}: mean ${formatInterval(mean, 'number')} of ${mean.count}`;

/** A bar for each value, of the height of its share. */
function barsOf(shown: readonly Distribution[], values: readonly number[]): Outline[][] {
  const gaps = values.slice(1).map((value, at) => value - (values[at] ?? value));
  const span = (values.at(-1) ?? 0) - (values[0] ?? 0);
  const half = Math.min(0.4 * Math.min(...gaps), 0.05 * span) || 0.4;
  return shown.map((distribution) =>
    values.flatMap((value) => {
      const height = distribution.values.filter((each) => each === value).length / distribution.values.length;
      return [
        { x: value - half, height: 0 },
        { x: value - half, height },
        { x: value + half, height },
        { x: value + half, height: 0 },
      ];
    }),
  );
}

const STEPS = 96;

/** Gaussian kernels of one width for all (Silverman's, of the raw answers or the first), so that shapes can be compared. */
function densitiesOf(shown: readonly Distribution[]): Outline[][] {
  const all = shown.flatMap(({ values }) => [...values]);
  const width = widthFor((shown.find(({ isRaw }) => isRaw) ?? shown[0])?.values ?? all) || 1;
  const [from, to] = [
    all.reduce((one, other) => Math.min(one, other)) - 2 * width,
    all.reduce((one, other) => Math.max(one, other)) + 2 * width,
  ];
  return shown.map(({ values }) =>
    Array.from({ length: STEPS + 1 }, (_, step) => {
      const x = from + ((to - from) * step) / STEPS;
      const sum = values.reduce((total, value) => total + Math.exp(-0.5 * ((x - value) / width) ** 2), 0);
      return { x, height: sum / values.length };
    }),
  );
}

/** B. W. Silverman, Density Estimation, 1986, 3.31. */
function widthFor(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length);
  const quartiles = (at(0.75) - at(0.25)) / 1.34;
  return 0.9 * Math.min(deviation, quartiles || deviation) * values.length ** -0.2;
}
