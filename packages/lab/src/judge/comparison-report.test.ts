import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scriptedUpstream } from '../testing/scripted-models.ts';
import { reportComparisons } from './comparison-report.ts';
import { type Comparison, createPairwiseJudge } from './pairwise.ts';

const { signal } = new AbortController();

interface Pair {
  one: string;
  other: string;
}

/** Both texts of a judge's prompt, in the order in which they stand. */
const textsIn = (prompt: string) => {
  const [, first = '', second = ''] = prompt.split('##Answer: ');
  return [first.replace('\n\nThe second text.\n', ''), second] as const;
};

/** A judge whose verdict is a function of the texts in their order, asked about pairs in both orders. */
async function judged(pairs: readonly Pair[], verdict: (first: string, second: string) => string) {
  const model = scriptedUpstream((prompt) => `So it is.\nVERDICT: ${verdict(...textsIn(prompt))}`);
  const judge = createPairwiseJudge({ model });
  return Promise.all(pairs.map((pair) => judge.compare({ question: 'Why?', ...pair, signal })));
}

/** The net win rate that one order alone gives, with `one` always first: what averaging is there to mend. */
const oneOrder = (comparisons: readonly Comparison[]) =>
  comparisons.reduce(
    (sum, { choices: [straight] }) => sum + (straight === 'first' ? 1 : straight === 'second' ? -1 : 0),
    0,
  ) / comparisons.length;

/** A stable number from 0 up to 1 for a pair of texts, whatever their order. */
function moodOf(one: string, other: string): number {
  let hash = 2_166_136_261;
  for (const character of [one, other].sort().join('|'))
    hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_519);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

describe('a judge whom the order moves', () => {
  it('where it cannot tell the texts apart moves no share of the outcome, however often, and is reported', async () => {
    // A text is as good as its number; equal ones cannot be told apart, and then the place decides, as often as it is strong.
    const good = (text: string) => Number(/-?\d+/.exec(text)?.[0]);
    const judgeOf = (strength: number) => (first: string, second: string) => {
      const difference = good(first) - good(second);
      if (difference !== 0) return difference > 0 ? 'FIRST' : 'SECOND';
      return moodOf(first, second) < strength ? 'FIRST' : 'TIE';
    };
    const grade = fc.integer({ min: 0, max: 2 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(grade, grade), { minLength: 5, maxLength: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (grades, strength) => {
          const pairs = grades.map(([one, other], index) => ({
            one: `${one} by A${index}.`,
            other: `${other} by B${index}.`,
          }));
          const fair = reportComparisons(await judged(pairs, judgeOf(0)));
          const biased = reportComparisons(await judged(pairs, judgeOf(strength)));
          const { netWinRate, wins, losses, ties } = fair;
          expect(biased).toMatchObject({ netWinRate, wins, losses, ties });
          expect(fair.orderDecided.value ?? 0).toBe(0);
          const moved = pairs.filter(
            ({ one, other }) => good(one) === good(other) && moodOf(one, other) < strength,
          );
          expect((biased.orderDecided.value ?? 0) * biased.orderDecided.count).toBeCloseTo(moved.length, 8);
          if (moved.length > 0) expect(biased.firstShare.value).toBeGreaterThan(0.5);
        },
      ),
      { numRuns: 25, seed: 5 },
    );
  });

  it('in every verdict, by any strength, does not move the win rate averaged over both orders', async () => {
    // The judge is undecided: it says FIRST with the probability that the first text deserves, and `strength` more. The
    // texts hold what a die would show, so that each of all its throws, in both orders, comes once.
    const STEPS = 10;
    const pairsOf = (share: number): Pair[] =>
      Array.from({ length: STEPS ** 2 }, (_, at) => ({
        one: `one ${share} ${at % STEPS}`,
        other: `other ${share} ${Math.floor(at / STEPS)}`,
      }));
    const judgeOf = (strength: number) => (first: string, second: string) => {
      const [straight, swapped] = first.startsWith('one') ? [first, second] : [second, first];
      const [, share, throwIfStraight] = straight.split(' ').map(Number);
      const throwIfSwapped = Number(swapped.split(' ')[2]);
      const isStraight = straight === first;
      const deserved = isStraight ? Number(share) : STEPS - Number(share);
      const thrown = isStraight ? Number(throwIfStraight) : throwIfSwapped;
      return thrown < deserved + strength ? 'FIRST' : 'SECOND';
    };
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: 7 }),
        fc.integer({ min: -3, max: 3 }),
        async (share, strength) => {
          const pairs = pairsOf(share);
          const fair = await judged(pairs, judgeOf(0));
          const biased = await judged(pairs, judgeOf(strength));
          const [one, other] = [reportComparisons(fair), reportComparisons(biased)];
          expect(one.netWinRate.value).toBeCloseTo((2 * share) / STEPS - 1, 10);
          expect(other.netWinRate.value).toBeCloseTo(one.netWinRate.value ?? Number.NaN, 10);
          // What one order would have said is off by twice the strength, and the report tells so.
          expect(oneOrder(biased) - oneOrder(fair)).toBeCloseTo((2 * strength) / STEPS, 10);
          expect(other.firstShare.value).toBeCloseTo(0.5 + strength / STEPS, 10);
          const { low, high } = other.firstShare;
          expect(low !== null && high !== null && low <= 0.5 && 0.5 <= high).toBe(strength === 0);
        },
      ),
      { numRuns: 10, seed: 7 },
    );
  });

  it('so strongly that it overrules the texts makes ties of wins, never losses, and is reported', async () => {
    const good = (text: string) => Number(/\d+/.exec(text)?.[0]);
    const judgeOf = (strength: number) => (first: string, second: string) =>
      good(first) - good(second) + strength > 0 ? 'FIRST' : 'SECOND';
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 19 }), fc.boolean()), {
          minLength: 4,
          maxLength: 20,
        }),
        fc.integer({ min: 0, max: 20 }),
        async (grades, strength) => {
          const pairs = grades.map(([worse, better, wins], index) => ({
            one: `${wins ? better : worse} by A${index}.`,
            other: `${wins ? worse : better} by B${index}.`,
          }));
          const fair = await judged(pairs, judgeOf(0));
          const biased = await judged(pairs, judgeOf(strength));
          for (const [index, { score }] of biased.entries())
            expect([fair[index]?.score, 0.5]).toContain(score);
          const { ties, orderDecided } = reportComparisons(biased);
          expect(orderDecided.value).toBe(ties.value);
        },
      ),
      { numRuns: 25, seed: 9 },
    );
  });
});

describe('a report', () => {
  const both = (
    one: Comparison['choices'][0],
    other: Comparison['choices'][0],
    score: number | null,
  ): Comparison => ({
    choices: [one, other],
    score,
  });

  it('counts what comes of both orders, with intervals', () => {
    const report = reportComparisons([
      both('first', 'second', 1),
      both('first', 'tie', 0.75),
      both('second', 'first', 0),
      both('first', 'first', 0.5),
    ]);
    expect(report).toMatchObject({
      netWinRate: { value: 0.25, count: 4 },
      wins: { value: 0.5, count: 4 },
      losses: { value: 0.25 },
      ties: { value: 0.25 },
      nonsense: { value: 0, count: 4 },
      firstShare: { value: 5 / 7, count: 7 },
      orderDecided: { value: 1 / 3, count: 3 },
    });
    expect(report.wins.low).toBeCloseTo(0.15, 2);
    expect(report.wins.high).toBeCloseTo(0.85, 2);
    expect(report.netWinRate.low).toBeLessThan(0.25);
  });

  it('counts nonsense and never scores it', async () => {
    const pairs = Array.from({ length: 10 }, (_, at) => ({ one: `Good ${at}`, other: `Bad ${at}` }));
    const odd = await judged(pairs, (first, second) => {
      if (/[789]$/.test(first)) return 'FIRST, or perhaps not';
      return /[56]$/.test(first) ? '' : first < second ? 'SECOND' : 'FIRST';
    });
    expect(odd.filter(({ score }) => score === null)).toHaveLength(5);
    expect(reportComparisons(odd)).toMatchObject({
      nonsense: { value: 0.5, count: 10 },
      wins: { value: 1, count: 5 },
      netWinRate: { value: 1, count: 5 },
    });
    const none = await judged(pairs, () => 'MAYBE');
    expect(reportComparisons(none)).toMatchObject({
      nonsense: { value: 1, count: 10 },
      wins: { value: null, count: 0 },
      netWinRate: { value: null, count: 0 },
      firstShare: { value: null, count: 0 },
    });
  });
});
