import { describe, expect, it } from 'vitest';
import type { MethodAnswer } from '../../eval/result.ts';
import type { Metric } from '../../eval/tasks/task.ts';
import { asScriptJson } from './embed.ts';
import { outcomeOf } from './outcome.ts';
import { shownText } from './shown-text.ts';

const answer = (more: Partial<MethodAnswer> = {}): MethodAnswer => ({
  method: 'stream/1/continue',
  text: '',
  metrics: {},
  cost: { firstTextMs: 1, totalMs: 2, keptTokens: 3, discardedTokens: 0, alignerTokens: 0 },
  edited: 0,
  ...more,
});
const metric = (more: Partial<Metric> = {}): Metric => ({
  name: 'right',
  kind: 'share',
  better: 'higher',
  description: '',
  ...more,
});
const judged = (score: number | null) => ({
  comparisons: { all: { score, choices: ['tie', 'tie'] as const } },
});

describe('an outcome', () => {
  const raw = answer({ method: 'raw', metrics: { right: 1 } });

  it('is worse by the main metric or by a judge, whatever the other says', () => {
    expect(outcomeOf(answer({ metrics: { right: 0 }, ...judged(1) }), raw, metric())).toEqual({
      is: 'worse',
      losses: { metric: 1, judged: 0 },
    });
    expect(outcomeOf(answer({ metrics: { right: 1 }, ...judged(0.25) }), raw, metric())).toEqual({
      is: 'worse',
      losses: { metric: 0, judged: 0.5 },
    });
  });

  it('goes by which way is better, and bends scores', () => {
    const harm = metric({ name: 'harm', kind: 'score', better: 'lower' });
    const before = answer({ metrics: { harm: 1 } });
    expect(outcomeOf(answer({ metrics: { harm: 4 } }), before, harm).losses.metric).toBe(0.75);
    expect(outcomeOf(answer({ metrics: { harm: 0 } }), before, harm).is).toBe('better');
  });

  it('is unknown where nothing was measured: no verdict, no value', () => {
    expect(outcomeOf(answer({ metrics: { right: null }, ...judged(null) }), raw, metric()).is).toBe(
      'unknown',
    );
    expect(outcomeOf(answer({ metrics: { right: 1 } }), raw, metric()).is).toBe('same');
  });
});

describe('a shown answer', () => {
  const sentences = [
    { lead: '', draft: 'It is 3.', text: 'It is 4.' },
    { lead: ' ', draft: 'So 4.', text: 'So 4.' },
  ];

  it('holds what the aligner changed, and says what nobody judged', () => {
    expect(shownText(answer({ text: 'It is 4. So 4. Bye.', sentences }), answer())).toEqual([
      { kind: 'same', text: 'It is ' },
      { kind: 'old', text: '3' },
      { kind: 'new', text: '4' },
      { kind: 'same', text: '. So 4.' },
      { kind: 'free', text: ' Bye.' },
    ]);
  });

  it('is its text alone where it failed, or has no sentences', () => {
    expect(shownText(answer({ text: '', failed: 'aligner-failed', sentences }), answer())).toEqual([]);
    expect(shownText(answer({ method: 'best-of-4', text: 'Yes.' }), answer())).toEqual([
      { kind: 'same', text: 'Yes.' },
    ]);
  });

  it('is compared with the raw one where that was corrected whole', () => {
    const shown = shownText(answer({ method: 'full', text: 'It is 4.' }), answer({ text: 'It is 3.' }));
    expect(shown.map(({ kind }) => kind)).toEqual(['same', 'old', 'new', 'same']);
  });
});

it('embeds JSON that ends no script', () => {
  const hostile = ['</script><script>', '<!--', ']]>', '\u2028'];
  expect(asScriptJson(hostile)).not.toMatch(/[<\u2028]/);
  expect(JSON.parse(asScriptJson(hostile))).toEqual(hostile);
});
