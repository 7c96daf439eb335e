import type { Markish } from '@observablehq/plot';
import type { Unit } from '../format.ts';
import { colour } from '../palette.ts';
import { AXES_MARGINS, note, verticalAxis } from './axes.ts';
import { domainOf, hasInterval, type Series } from './chart-points.ts';
import { dashOf, type Drawing, type Figure, type FigureParts } from './drawing.ts';

export interface LineChart extends Pick<FigureParts, 'name' | 'title' | 'description'> {
  series: readonly Series[];
  /** Where points may stand, from left to right, those on a line first. */
  ticks: readonly string[];
  unit: Unit;
  xLabel: string;
  yLabel: string;
  /** Where a line goes that every point is seen against: 0, for no change. */
  reference?: number;
}

/** Lines with 95 % bands over ordered steps; single points, with bars, beside them. Null where there is nothing to draw. */
export function lineChart({ Plot, figure }: Drawing, chart: LineChart): Figure | null {
  const { series, ticks, unit, xLabel, yLabel, reference, ...about } = chart;
  const all = series.flatMap(({ points, aside }) => [...points, ...aside]);
  if (all.length === 0) return null;
  const y = {
    domain: domainOf(all, { unit, include: reference === undefined ? [] : [reference] }),
    nice: true,
  };
  const marks: Markish[] = [
    ...verticalAxis(Plot, { label: yLabel, unit }),
    Plot.axisX({ tickSize: 0, label: null, tickFormat: (value: string) => value, lineHeight: 1.05 }),
    reference === undefined ? null : Plot.ruleY([reference], { stroke: colour('neutral') }),
    // All bands lie below all lines.
    ...series.map(({ look, points }) =>
      Plot.areaY(points.length > 1 ? points.filter(hasInterval) : [], {
        x: 'x',
        y1: 'low',
        y2: 'high',
        fill: look.colour,
        fillOpacity: 0.14,
      }),
    ),
    ...series.flatMap((one, index) => seriesMarks(Plot, one, (index - (series.length - 1) / 2) * 7)),
  ];
  const asideTicks = ticks.filter((name) => series.some(({ aside }) => aside.some(({ x }) => x === name)));
  return figure({
    ...about,
    legend: series.length === 1 ? [] : series.map(({ label, look }) => ({ label, look })),
    plot: {
      ...AXES_MARGINS,
      marginBottom: asideTicks.length > 0 ? 40 : 26,
      marginRight: 12,
      x: { type: 'point', domain: [...ticks], padding: 0.35 },
      y,
      marks: [...marks, note(Plot, xLabel, { frameAnchor: 'bottom-left', dx: -46, dy: 18 })],
    },
  });
}

function seriesMarks(Plot: Drawing['Plot'], { look, points, aside }: Series, dodge: number): Markish[] {
  const at = { x: 'x', y: 'value' } as const;
  const dots = { ...at, fill: look.colour, symbol: look.symbol, r: 4, title: 'title' } as const;
  const bars = { x: 'x', y1: 'low', y2: 'high', stroke: look.colour, strokeWidth: 1.5 } as const;
  return [
    // A single point has a bar in the place of a band.
    Plot.ruleX(points.length > 1 ? [] : points.filter(hasInterval), bars),
    Plot.lineY(points, { ...at, stroke: look.colour, strokeWidth: 2, ...dashOf(look) }),
    Plot.dot(points, dots),
    Plot.ruleX(aside.filter(hasInterval), { ...bars, dx: dodge }),
    Plot.dot(aside, { ...dots, dx: dodge }),
  ];
}
