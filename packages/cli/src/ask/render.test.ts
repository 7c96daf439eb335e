import type { AlignEvent } from '@stream-aligner/core';
import { expect, it } from 'vitest';
import { createPaint, usesColours } from '../terminal/paint.ts';
import { render } from './render.ts';

const rewritten: AlignEvent = {
  type: 'sentence-rewritten',
  round: 1,
  kind: 'prose',
  lead: '\n',
  draft: 'It is red.',
  text: 'It is green.',
  applied: true,
  judgedInMs: 1,
  by: 'decoding',
  sent: '\nIt is green.',
  at: 1,
};

it('shows a rewrite beside what it replaces, in colours', () => {
  const shown = render(rewritten, createPaint(true));
  expect(shown).toBe('\n\x1b[31m\x1b[9mIt is red.\x1b[29m\x1b[39m \x1b[32mIt is green.\x1b[39m');
});

it('shows the answer alone without colours, and in shadow mode what would have changed', () => {
  expect(render(rewritten, createPaint(false))).toBe('\nIt is green.');
  const shadowed = { ...rewritten, applied: false, sent: '' };
  expect(render(shadowed, createPaint(false))).toBe('');
  expect(render(shadowed, createPaint(true))).toContain('would become: It is green.');
});

it('uses colours on a terminal alone, unless told not to', () => {
  const terminal = { isTTY: true };
  expect(usesColours(terminal, true, {})).toBe(true);
  expect(usesColours(terminal, false, {})).toBe(false);
  expect(usesColours(terminal, true, { NO_COLOR: '1' })).toBe(false);
  expect(usesColours(terminal, true, { TERM: 'dumb' })).toBe(false);
  expect(usesColours({}, true, {})).toBe(false);
});
