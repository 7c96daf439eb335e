import { createDice, type Dice, hash } from '@stream-aligner/testkit';
import { drawFaults, type Fault } from './faults.ts';
import type { AnswerRules } from './oracle.ts';
import type { WorldSpec } from './world.ts';

/** Which of the gateway's interfaces the client uses. */
export type Api = 'chat' | 'responses';

/** Longest waits, in milliseconds, as the gateway is configured. */
export interface Waits {
  firstByte: number;
  betweenBytes: number;
  /** One event of the upstream after the other. */
  upstream: number;
  correction: number;
  answer: number;
}

/** One run of everything, decided by the seed and the number alone. */
export interface Schedule {
  number: number;
  question: string;
  world: WorldSpec;
  rules: AnswerRules;
  lookahead: number;
  onAlignerFailure: 'block' | 'pass';
  retries: number;
  recoveryAttempts: number;
  /** How many servers stand for each party. */
  servers: { upstream: number; aligner: number };
  contract: 'stream-aligner' | 'instruct';
  waits: Waits;
  heartbeatMs: number;
  /** Behaviours of every reply of a party, harmless to the text. */
  wire: { upstream: string; aligner: string };
  faults: readonly Fault[];
  api: Api;
  stream: boolean;
  includeUsage: boolean;
  client: ClientManner;
}

/** How the client reads. */
export interface ClientManner {
  /** Between two reads. */
  pauseMs: number;
  /** Leaves once it has so much text, or so late when no text comes; null: stays. */
  leaves: { afterCharacters: number; afterMs: number } | null;
}

/** Waits that nothing but a lost event reaches, also on a busy machine. */
const PATIENT: Waits = {
  firstByte: 15_000,
  betweenBytes: 15_000,
  upstream: 20_000,
  correction: 15_000,
  answer: 600_000,
};
/** Waits of schedules in which somebody falls silent. */
const IMPATIENT: Waits = {
  ...PATIENT,
  firstByte: 800,
  betweenBytes: 600,
  upstream: 1_200,
  correction: 1_500,
};
/** Waits of schedules that only the deadline of the whole answer, or the client's leaving, can end. */
const ENDLESS: Waits = {
  firstByte: 60_000,
  betweenBytes: 60_000,
  upstream: 60_000,
  correction: 60_000,
  answer: 60_000,
};

/** Draws the schedule of a number. */
export function drawSchedule(seed: number, number: number): Schedule {
  const dice = createDice(hash(`schedule ${number}`, seed));
  const upstream = dice.pick([1, 1, 2]);
  const aligner = dice.pick([1, 1, 2]);
  const recoveryAttempts = dice.pick([0, 1, 2, 2, 3]);
  const units = dice.pick([1, 2, 3, 4, 6, 8, 12, 30]);
  const contract = dice.pick(['stream-aligner', 'instruct'] as const);
  const faults = drawFaults(dice, { units, contract, servers: { upstream, aligner } });
  const client = drawClient(dice);
  // A client that leaves must end what nothing else would.
  const waits = client.leaves ? ENDLESS : faults.some(({ silences }) => silences) ? IMPATIENT : PATIENT;
  const rounds = dice.pick<AnswerRules['rounds']>(['all', 'all', 'all', 'all', 1, 2, 3, 0]);
  return {
    number,
    question: `What is schedule ${number} of seed ${seed}?`,
    world: {
      seed: dice.roll(2 ** 31),
      units,
      rewritePercent: dice.pick([0, 10, 30, 30, 60, 100]),
      reason: dice.pick(['stop', 'stop', 'stop', 'stop', 'length', 'content_filter']),
      tail: dice.pick(['', '', '', '\n', '\r\n\r\n']),
    },
    rules: { rounds, then: rounds === 0 ? 'continue' : dice.pick(['continue', 'continue', 'stop']) },
    lookahead: dice.pick([0, 1, 2, 2, 4]),
    onAlignerFailure: dice.pick(['block', 'block', 'block', 'pass']),
    retries: dice.pick([0, 0, 1]),
    recoveryAttempts,
    servers: { upstream, aligner },
    contract,
    waits: dice.roll(12) === 0 ? { ...ENDLESS, answer: 20 + dice.roll(400) } : waits,
    heartbeatMs: dice.pick([15_000, 15_000, 30]),
    // Text that nobody judges goes out piece by piece: only then can it break off in the middle of anything.
    wire: {
      upstream: drawWire(dice, units, rounds === 'all' ? [] : ['odd-deltas']),
      aligner: drawWire(dice, units),
    },
    faults,
    api: dice.pick(['chat', 'chat', 'responses']),
    stream: dice.pick([true, true, false]),
    includeUsage: dice.pick([true, false]),
    client,
  };
}

const wires = [
  'crlf',
  'odd-writes',
  'odd-deltas',
  'odd-deltas',
  'twice',
  'hesitant',
  'drip@2',
  'no-done',
  'lingers',
  'one-byte',
];

function drawWire(dice: Dice, units: number, given: readonly string[] = []): string {
  const drawn = Array.from({ length: dice.pick([0, 1, 1, 2, 3]) }, () => dice.pick(wires));
  const chosen = new Set([...given, ...drawn]);
  // A byte at a time is slow work: short answers will do.
  if (units > 4) chosen.delete('one-byte');
  // Neither a last word nor an end: every reply is waited for a second longer.
  if (units > 4 && chosen.has('no-done')) chosen.delete('lingers');
  return ['scripted', ...chosen].join('+');
}

function drawClient(dice: Dice): ClientManner {
  const leaves = dice.roll(6) === 0;
  return {
    pauseMs: dice.pick([0, 0, 0, 3]),
    leaves: leaves ? { afterCharacters: dice.pick([0, 1, 20, 100]), afterMs: dice.pick([5, 60, 300]) } : null,
  };
}

/** No schedule takes so long, however often it is tried again. */
const LONGEST_MS = 90_000;

/** The longest that an answer may take by its own limits, before any allowance for a busy machine. */
export function boundOf({ waits, faults, retries, recoveryAttempts, world }: Schedule): number {
  const longest = Math.max(...Object.values({ ...waits, answer: 0 }));
  // A fault that lasts is met at most by every sentence, each time it is tried.
  const met = faults.reduce((sum, { times }) => sum + Math.min(times, world.units), 0);
  const tries = 1 + retries + recoveryAttempts;
  const waiting = longest === PATIENT.upstream ? 0 : met * tries * longest;
  return Math.min(waits.answer, LONGEST_MS, 5_000 + 1_000 * world.units + waiting);
}
