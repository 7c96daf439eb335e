import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { MethodSummary, TaskSummary } from '../../eval/summary.ts';
import { PALETTE } from '../palette.ts';
import { byRoundsFigure, pipelinesFigure, quantitiesOf } from './by-rounds.ts';
import { distributionFigure } from './distributions.ts';
import { type Figure, openDrawing } from './drawing.ts';
import { latencyFigure } from './latency.ts';
import { openPainter } from './png.ts';
import { inlineSvg, standaloneSvg } from './svg.ts';

const drawing = await openDrawing();
const interval = (value: number) => ({ value, low: value - 0.1, high: value + 0.1, count: 50 });
const nothing = { value: null, low: null, high: null, count: 0 };

function method(name: string, right: number, more: Partial<MethodSummary> = {}): MethodSummary {
  const cost = { ...Object.fromEntries(COSTS.map((key) => [key, interval(20)])), shared: nothing };
  return {
    method: name,
    answers: 50,
    failed: 0,
    metrics: { right: interval(right) },
    unscored: {},
    cost: cost as MethodSummary['cost'],
    edited: interval(0.1),
    ...more,
  };
}
const COSTS = [
  'firstTextMs',
  'addedFirstTextMs',
  'totalMs',
  'addedTotalMs',
  'keptTokens',
  'discardedTokens',
  'alignerTokens',
];

const task = (methods: MethodSummary[]): TaskSummary => ({
  task: 'a & <b>"task"',
  metrics: [{ name: 'right', kind: 'share', better: 'higher', description: '' }],
  examples: 50,
  faults: [],
  methods,
  strata: {},
});
const METHODS = [
  method('raw', 0.4),
  method('stream/1/continue', 0.5),
  method('stream/all/continue', 0.7),
  method('stream/1/stop', 0.3),
  method('full', 0.6),
];
const run = (methods = METHODS, index = 0) => ({
  index,
  label: `pair ${index} </svg>\u202E\u0001`,
  task: task(methods),
});
const [right] = quantitiesOf([run().task]);

function drawn(figure: Figure | null) {
  if (figure === null || right === undefined) throw new Error('no figure');
  const { document } = parseHTML(`<body>${inlineSvg(figure).text}</body>`);
  const marks = (selector: string) => [...document.querySelectorAll(selector)];
  return { figure, document, marks };
}
const quantity = () => {
  if (right === undefined) throw new Error('no quantity');
  return right;
};

describe('quality by rounds', () => {
  it('has a dot for every method, bands and bars for their intervals, in colours of the page', () => {
    const { marks, figure } = drawn(byRoundsFigure(drawing, [run(), run(METHODS, 1)], quantity()));
    const titles = marks('title').map((title) => title.textContent);
    // Two lines of three points and one aside.
    expect(titles.filter((title) => title?.includes('% ('))).toHaveLength(8);
    expect(titles).toContain('all rounds: 70.0\u00A0% (60.0–80.0)');
    const svg = inlineSvg(figure).text;
    expect(svg.match(/fill="var\(--s-1\)"/g)?.length).toBeGreaterThan(3);
    expect(marks('[fill-opacity="0.14"] path')).toHaveLength(2);
    // Those of the two methods that are on their own.
    expect(marks('[stroke-width="1.5"] line')).toHaveLength(2);
    expect(svg).not.toMatch(/ style=|<style|class=/);
  });

  it('draws no interval that is not there, and nothing out of nothing', () => {
    const bare = METHODS.map((each) => ({
      ...each,
      metrics: { right: { ...interval(0.5), low: null, high: null } },
    }));
    const { marks } = drawn(byRoundsFigure(drawing, [run(bare)], quantity()));
    expect(marks('[fill-opacity="0.14"] path, [stroke-width="1.5"] line')).toEqual([]);
    expect(marks('title').filter((title) => title.textContent?.includes('50.0'))).toHaveLength(4);
    const none = METHODS.map((each) => ({ ...each, metrics: { right: nothing } }));
    expect(byRoundsFigure(drawing, [run(none)], quantity())).toBeNull();
    expect(byRoundsFigure(drawing, [], quantity())).toBeNull();
  });

  it('compares pipelines only where both ran', () => {
    expect(pipelinesFigure(drawing, run(), quantity())).not.toBeNull();
    expect(pipelinesFigure(drawing, run(METHODS.slice(0, 3)), quantity())).toBeNull();
  });
});

it('sets every method against its time, with bars both ways', () => {
  const { document } = drawn(latencyFigure(drawing, run(), 'added-total'));
  const dots = [...document.querySelectorAll('title')].filter((title) => title.textContent?.includes(' at '));
  expect(dots).toHaveLength(METHODS.length);
  expect(latencyFigure(drawing, run([method('raw', 0.4)]), 'added-total')).toBeNull();
});

it('draws a distribution for every method that has values', () => {
  const about = { name: 'd', title: 'd', description: 'd', xLabel: 'x' };
  const values = Array.from({ length: 40 }, (_, index) => Math.sin(index) * 3);
  const rows = [
    { label: 'raw', values, isRaw: true },
    { label: '1', values: values.map((value) => value + 1), isRaw: false },
    { label: 'none', values: [], isRaw: false },
  ];
  const figure = distributionFigure(drawing, { ...about, distributions: rows });
  expect(
    drawn(figure)
      .marks('title')
      .filter((title) => title.textContent?.includes('mean')),
  ).toHaveLength(2);
  expect(distributionFigure(drawing, { ...about, distributions: rows.slice(2) })).toBeNull();
  const one = distributionFigure(drawing, {
    ...about,
    distributions: [{ label: 'raw', values: [1, 1, 1], isRaw: true }],
  });
  expect(inlineSvg(drawn(one).figure).text).not.toContain('NaN');
});

describe('a figure as a file', () => {
  const svg = standaloneSvg(drawn(byRoundsFigure(drawing, [run(), run(METHODS, 1)], quantity())).figure);

  it('is XML of its own: titled, with both palettes, and no text that became markup', async () => {
    // The renderer reads XML strictly.
    const painter = await openPainter();
    if ('paint' in painter) expect([...painter.paint(svg).subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    for (const wrong of ['var(', '\u202E', '\u0001', 'NaN']) expect(svg).not.toContain(wrong);
    expect(svg).toContain('<title>a &amp; &lt;b&gt;&quot;task&quot;: right by rounds</title>');
    expect(svg).toContain('pair 1 &lt;/svg&gt;[U+202E][U+0001]');
    expect(svg).toContain(`[fill="${PALETTE.ink.light}"] { fill: ${PALETTE.ink.dark} }`);
    expect(svg).toContain('@media (prefers-color-scheme: dark)');
  });
});
