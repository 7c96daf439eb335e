import { expect, it } from 'vitest';
import { type Model, rawWay } from './models.ts';

const model = (id: string, about: Partial<Model['stream_aligner']> = {}): Model => ({
  id,
  stream_aligner: { aligned: true, overrides: 'tighten', single_turn: false, ...about },
});
const open = model('open', { overrides: 'any' });
const strict = model('strict');
const raw = model('raw', { aligned: false });

it.each([
  [open, [open, raw], '', { model: 'open', options: { rounds: 0 } }],
  [strict, [strict, raw], '', { model: 'raw', options: {} }],
  [open, [open, strict, raw], 'strict', { model: 'strict', options: {} }],
  [strict, [strict], '', { why: expect.stringContaining('overrides: tighten') }],
  [raw, [raw], '', { why: expect.stringContaining('has no aligner') }],
  [strict, [strict], 'gone', { why: expect.anything() }],
])('finds how the raw answer can be had (%#)', (asked, models, wanted, way) => {
  expect(rawWay(asked, models, wanted)).toEqual(way);
});
