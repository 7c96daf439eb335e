import type { Markish } from '@observablehq/plot';
import type { Interval, MethodSummary } from '../../eval/summary.ts';
import { formatInterval } from '../format.ts';
import { headlineOf, noChange } from '../headline.ts';
import { methodLabel, readMethod } from '../methods.ts';
import { colour, type Look, lookOf } from '../palette.ts';
import { AXES_MARGINS, note, verticalAxis } from './axes.ts';
import type { RunTask } from './by-rounds.ts';
import { domainOf } from './chart-points.ts';
import type { Drawing, Figure, LegendEntry } from './drawing.ts';
import { slugOf } from './slug.ts';

/** Which time is set against quality. */
export type Clock = 'added-first-text' | 'added-total';

const CLOCKS: Readonly<Record<Clock, { title: string; label: string; of(method: MethodSummary): Interval }>> =
  {
    'added-first-text': {
      title: 'time to the first text against',
      label: 'added until the first text, ms',
      of: ({ cost }) => cost.addedFirstTextMs,
    },
    'added-total': {
      title: 'total time against',
      label: 'added until the end, ms',
      of: ({ cost }) => cost.addedTotalMs,
    },
  };

interface Dot {
  family: string;
  look: Look;
  /** What stands beside it. */
  tag: string;
  side: { dx: number; dy: number; textAnchor: 'start' | 'end' };
  x: Interval;
  y: Interval;
  title: string;
}

/** What a method adds in time, and what it gives: a dot for each, with 95 % bars both ways. Null without times or values. */
export function latencyFigure(
  { Plot, figure }: Drawing,
  { index, label, task }: RunTask,
  clock: Clock,
): Figure | null {
  const { title, label: xLabel, of } = CLOCKS[clock];
  const headline = headlineOf(task);
  if (headline === null) return null;
  const { name, unit } = headline;
  const dots = task.methods.flatMap((method): Dot[] => {
    const y = headline.value(method);
    const x = method.method === 'raw' ? noChange(method) : of(method);
    if (y === undefined || y.value === null || x.value === null) return [];
    const words = `${methodLabel(method.method)}: ${formatInterval(y, unit)} at ${formatInterval(x, 'added')}`;
    return [{ ...familyOf(method.method), x, y, title: words }];
  });
  if (dots.length < 2) return null;
  const legend = new Map(
    dots.map(({ family, look }): [string, LegendEntry] => [family, { label: family, look, as: 'dot' }]),
  );
  const places = dots.map((dot) => ({ dot, at: { x: dot.x.value ?? 0, y: dot.y.value ?? 0 } }));
  // No label may hide a dot.
  const marks: Markish[] = [
    ...places.flatMap(({ dot: { look, x, y }, at }) => {
      const stroke = { stroke: look.colour, strokeWidth: 1.25, strokeOpacity: 0.75 } as const;
      return [
        y.low === null || y.high === null
          ? null
          : Plot.ruleX([at], { x: 'x', y1: y.low, y2: y.high, ...stroke }),
        x.low === null || x.high === null
          ? null
          : Plot.ruleY([at], { y: 'y', x1: x.low, x2: x.high, ...stroke }),
      ];
    }),
    ...withoutOverlaps(dots).map(({ side, tag, x, y }) =>
      Plot.text([{ x: x.value ?? 0, y: y.value ?? 0 }], {
        x: 'x',
        y: 'y',
        ...side,
        text: () => tag,
        stroke: colour('paper'),
        strokeWidth: 3,
        fill: colour('ink'),
      }),
    ),
    ...places.map(({ dot: { look, title }, at }) =>
      Plot.dot([at], { x: 'x', y: 'y', r: 4.5, fill: look.colour, symbol: look.symbol, title: () => title }),
    ),
  ];
  return figure({
    name: `${clock}-${slugOf(task.task)}-${index + 1}`,
    title: `${task.task}: ${title} ${name}`,
    description: `${label}. A dot for each method, with 95 % bars both ways: median time added to the raw answer's, and ${name}. Numbers beside dots: rounds.`,
    legend: [...legend.values()],
    plot: {
      ...AXES_MARGINS,
      marginBottom: 44,
      insetBottom: 16,
      marginRight: 22,
      x: { nice: true },
      y: {
        domain: domainOf(
          dots.map(({ y }) => ({ ...y, value: y.value ?? 0 })),
          { unit },
        ),
        nice: true,
      },
      marks: [
        ...verticalAxis(Plot, { label: name, unit }),
        Plot.axisX({ ticks: 6, tickSize: 0, label: null }),
        Plot.ruleX([0], { stroke: colour('line') }),
        ...marks,
        note(Plot, xLabel, { frameAnchor: 'bottom-right', dy: 38 }),
      ],
    },
  });
}

/** Those whose tags can be read: of tags on one side that would cover each other, the one of most rounds. */
function withoutOverlaps(dots: readonly Dot[]): Dot[] {
  const widthOf = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
  const near = (which: 'x' | 'y', share: number) => {
    const least = share * widthOf(dots.map((dot) => dot[which].value ?? 0));
    return (one: Dot, other: Dot) => Math.abs((one[which].value ?? 0) - (other[which].value ?? 0)) < least;
  };
  const [nearX, nearY] = [near('x', 0.08), near('y', 0.08)];
  const kept: Dot[] = [];
  for (const dot of dots.toReversed())
    if (
      dot.tag !== '' &&
      !kept.some((other) => other.side === dot.side && nearX(dot, other) && nearY(dot, other))
    )
      kept.push(dot);
  return kept;
}

const RIGHT = { dx: 7, dy: -8, textAnchor: 'start' } as const;
const LEFT = { dx: -7, dy: 10, textAnchor: 'end' } as const;

function familyOf(name: string): Pick<Dot, 'family' | 'look' | 'tag' | 'side'> {
  const method = readMethod(name);
  if (method.kind === 'raw')
    return { family: 'raw', look: { colour: colour('neutral'), symbol: 'circle' }, tag: '', side: RIGHT };
  if (method.kind === 'stream')
    return {
      family: `rounds, then ${method.then}`,
      look: lookOf(method.then === 'continue' ? 0 : 1),
      tag: String(method.rounds),
      side: method.then === 'continue' ? RIGHT : LEFT,
    };
  const at = name === 'full' ? 2 : name.startsWith('best-of') ? 3 : 4;
  return { family: methodLabel(name), look: lookOf(at), tag: '', side: RIGHT };
}
