/** A method's name, read. */
export type Method =
  | { kind: 'raw' }
  | { kind: 'stream'; rounds: number | 'all'; then: Then }
  /** `full`, `best-of-4`, `self-critique`, and what is not known here. */
  | { kind: 'other' };

export type Then = 'continue' | 'stop';

export function readMethod(name: string): Method {
  if (name === 'raw') return { kind: 'raw' };
  const [, rounds, then] = /^stream\/(\d+|all)\/(continue|stop)$/.exec(name) ?? [];
  if (rounds === undefined || then === undefined) return { kind: 'other' };
  return {
    kind: 'stream',
    rounds: rounds === 'all' ? rounds : Number(rounds),
    then: then === 'stop' ? then : 'continue',
  };
}

/** A method's name for people. */
export function methodLabel(name: string): string {
  const method = readMethod(name);
  if (method.kind === 'raw') return 'raw';
  if (method.kind === 'other') return otherLabel(name);
  return `${roundsLabel(method.rounds)}, then ${method.then}`;
}

export const roundsLabel = (rounds: number | 'all') =>
  rounds === 'all' ? 'all rounds' : rounds === 1 ? '1 round' : `${rounds} rounds`;

function otherLabel(name: string): string {
  const best = /^best-of-(\d+)$/.exec(name)?.[1];
  if (best !== undefined) return `best of ${best}`;
  return name === 'full' ? 'whole answer' : name.replaceAll('-', ' ');
}

/** The method that a run is about: the one of most rounds; `continue` where both pipelines ran. Null: nothing was aligned. */
export function mainMethod(names: readonly string[]): string | null {
  const streams = names.flatMap((name) => {
    const method = readMethod(name);
    return method.kind === 'stream' ? [{ name, rounds: method.rounds, then: method.then }] : [];
  });
  const [main] = streams.toSorted(
    (one, other) => roundsRank(other.rounds) - roundsRank(one.rounds) || one.then.localeCompare(other.then),
  );
  return main?.name ?? names.find((name) => name === 'full') ?? names.find((name) => name !== 'raw') ?? null;
}

const roundsRank = (rounds: number | 'all') => (rounds === 'all' ? Number.POSITIVE_INFINITY : rounds);

/** Names by rounds of one pipeline, 0 (`raw`) first. */
export function byRounds(names: readonly string[], then: Then): { name: string; rounds: number | 'all' }[] {
  const found = names.flatMap((name): { name: string; rounds: number | 'all' }[] => {
    const method = readMethod(name);
    if (method.kind === 'raw') return [{ name, rounds: 0 }];
    return method.kind === 'stream' && method.then === then ? [{ name, rounds: method.rounds }] : [];
  });
  return found.toSorted((one, other) => roundsRank(one.rounds) - roundsRank(other.rounds) || 0);
}

/** The pipelines that ran with any rounds, `continue` first. */
export function pipelinesOf(names: readonly string[]): Then[] {
  return (['continue', 'stop'] as const).filter((then) =>
    byRounds(names, then).some(({ rounds }) => rounds !== 0),
  );
}
