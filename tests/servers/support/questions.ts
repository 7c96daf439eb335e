const PEOPLE = [
  ['Tom', 'He'],
  ['Mia', 'She'],
  ['Ben', 'He'],
  ['Eva', 'She'],
  ['Sam', 'He'],
  ['Lily', 'She'],
  ['Max', 'He'],
  ['Zoe', 'She'],
] as const;
const THINGS = [
  'apples',
  'shells',
  'stamps',
  'pencils',
  'cookies',
  'marbles',
  'cups',
  'books',
  'pears',
] as const;
/** What is found is added without a carry by an upstream left to itself. */
const GAINS = ['finds', 'buys', 'finds', 'wins'] as const;
const LOSSES = ['gives away', 'loses', 'sells'] as const;

const at = <T>(items: readonly [T, ...T[]] | readonly T[], index: number): T => {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
};

/**
 * Different questions of two steps, the simplest that every edition of the tiny pair knows; about half are answered wrong
 * without an aligner. The same for the same seed.
 */
export function questions(count: number, seed: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const number = seed * 1009 + index;
    const [name, pronoun] = at(PEOPLE, number);
    const things = at(THINGS, number);
    const [start, gain, loss] = [
      12 + ((number * 37) % 47),
      3 + ((number * 29) % 31),
      2 + ((number * 13) % 9),
    ];
    return `${name} has ${start} ${things}. ${pronoun} ${at(GAINS, number)} ${gain} more. Then ${pronoun.toLowerCase()} ${at(LOSSES, number)} ${loss}. How many ${things} does ${name} have now?`;
  });
}
