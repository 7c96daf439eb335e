import type { Markish } from '@observablehq/plot';
import type { ModelStamp } from '../../eval/result.ts';
import { formatParameters, formatValue } from '../format.ts';
import { headlineOf } from '../headline.ts';
import { mainMethod, methodLabel } from '../methods.ts';
import { colour, lookOf } from '../palette.ts';
import { modelAs, type ReportRun } from '../read-runs.ts';
import { domainOf, hasInterval, type Point, pointOf } from './chart-points.ts';
import { AXES_MARGINS, note, verticalAxis } from './axes.ts';
import type { RunTask } from './by-rounds.ts';
import type { Drawing, Figure } from './drawing.ts';
import { slugOf } from './slug.ts';

/**
 * Figure 5 of the paper: every upstream alone and with every aligner, by size, on the task's main metric. Null unless there
 * are two pairs.
 */
export function sizesFigure(
  { Plot, figure }: Drawing,
  runs: readonly { run: ReportRun; at: RunTask }[],
): Figure | null {
  const [first] = runs;
  const headline = first && headlineOf(first.at.task);
  if (!headline) return null;
  const { name, unit } = headline;
  const { task: taskName } = first.at.task;
  const found = runs.flatMap(({ run, at: { task } }) => {
    const [upstream, aligner] = [modelAs(run, 'upstream'), modelAs(run, 'aligner') ?? modelAs(run, 'full')];
    const main = mainMethod(task.methods.map(({ method }) => method));
    if (!upstream || !aligner || main === null) return [];
    const value = (wanted: string) => {
      const summary = task.methods.find(({ method }) => method === wanted);
      return summary && headline.value(summary);
    };
    const [u, a] = [sizeLabel(upstream), sizeLabel(aligner)];
    return [
      {
        upstream,
        aligner,
        main,
        raw: pointOf(ALONE, value('raw'), { unit, of: `${u} alone` }),
        aligned: pointOf(a, value(main), { unit, of: `${u} with ${a}` }),
      },
    ];
  });
  const pairs = new Set(found.map(({ upstream, aligner }) => JSON.stringify([upstream.name, aligner.name])));
  if (pairs.size < 2) return null;
  const bySize = (one: ModelStamp, other: ModelStamp) => (one.parameters ?? 0) - (other.parameters ?? 0);
  const labelsOf = (models: readonly ModelStamp[]) => [...new Set(models.toSorted(bySize).map(sizeLabel))];
  const upstreams = labelsOf(found.map(({ upstream }) => upstream));
  const aligners = labelsOf(found.map(({ aligner }) => aligner));
  const series = upstreams.map((label, index) => {
    const own = found.filter(({ upstream }) => sizeLabel(upstream) === label);
    // Every run answers raw again: one of them stands for the upstream alone.
    const points = [
      ...(own[0]?.raw ?? []),
      ...aligners.flatMap((x) => own.flatMap(({ aligned }) => aligned.filter((point) => point.x === x))),
    ];
    return { label, look: lookOf(index), points, dodge: (index - (upstreams.length - 1) / 2) * 12 };
  });
  const all = series.flatMap(({ points }) => points);
  if (all.length === 0) return null;
  const marks: Markish[] = series.flatMap(({ look, points, dodge }) => {
    const offset = { dx: dodge, stroke: look.colour } as const;
    return [
      Plot.lineY(points, { x: 'x', y: 'value', ...offset, strokeOpacity: 0.45, strokeWidth: 1.5 }),
      Plot.ruleX(points.filter(hasInterval), { x: 'x', y1: 'low', y2: 'high', ...offset, strokeWidth: 2 }),
      Plot.dot(points, {
        x: 'x',
        y: 'value',
        dx: dodge,
        r: 5,
        fill: look.colour,
        symbol: look.symbol,
        title: 'title',
      }),
      Plot.text(points, {
        x: 'x',
        y: 'value',
        dx: dodge + (dodge < 0 ? -9 : 9),
        textAnchor: dodge < 0 ? 'end' : 'start',
        text: ({ value }: Point) => formatValue(value, unit),
        stroke: colour('paper'),
        strokeWidth: 3,
        fill: colour('ink'),
      }),
    ];
  });
  return figure({
    name: `sizes-${slugOf(taskName)}`,
    title: `${taskName}: ${name} by sizes of upstream and aligner`,
    description: `Each upstream alone, and with each aligner (${[...new Set(found.map(({ main }) => methodLabel(main)))].join('; ')}), with 95 % bars.`,
    legend: series.map(({ label, look }) => ({ label: `upstream ${label}`, look })),
    plot: {
      ...AXES_MARGINS,
      marginBottom: 54,
      marginRight: 14,
      x: { type: 'point', domain: [ALONE, ...aligners], padding: 0.5 },
      y: { domain: domainOf(all, { unit }), nice: true },
      marks: [
        ...verticalAxis(Plot, { label: name, unit }),
        Plot.axisX({
          tickSize: 0,
          label: null,
          lineHeight: 1.05,
          tickFormat: (value: string) => value.replace(/ (?=\S+$)/, '\n'),
        }),
        ...marks,
        note(Plot, 'aligner', { frameAnchor: 'bottom-right', dy: 48 }),
      ],
    },
  });
}

const ALONE = 'none (raw)';

const sizeLabel = ({ name, parameters }: ModelStamp) =>
  parameters === undefined ? name : `${name} ${formatParameters(parameters)}`;
