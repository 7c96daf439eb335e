import type { ArrivedRequest, Dice } from '@stream-aligner/testkit';

export type Party = ArrivedRequest['party'];

/** Something that goes wrong with requests of one server. */
export interface Fault {
  party: Party;
  /** Which server of the party. */
  server: number;
  /** The first request that it happens to, counted from 0, and to how many. */
  at: number;
  times: number;
  /** In the notation of the scripted server's model names. */
  behaviour: string;
  /** Whether the server falls silent, so that only a timeout ends it. */
  silences: boolean;
}

/** A reply without a finish is silent, too, where the connection lingers. */
const silencing = /^(stall|silent|loris|endless|no-finish)/;

const breaks = ['cut', 'cut', 'reset', 'stall', 'loris', 'dies', 'garbage'];
const errors = [
  'error-mid',
  'error-chunk',
  'error-bare',
  'error-finish',
  'error-typed',
  'error-word',
  'error-event',
  'abort',
];
const refusals = [
  'error-first@500',
  'error-first@502',
  'error-first@503',
  'error-first@503+retry-after@0',
  'error-first@429',
  'error-first@429+retry-after@0',
  'error-first@429+no-retry-after',
  'error-first@529',
];
const others = ['silent', 'no-finish', 'plain-only'];
/** Of an aligner alone: replies that are no verdict. */
const verdicts = ['empty', 'endless', 'length', 'filtered', 'remains'];
/** Of a contract in which not every reply can be a sentence. */
const unparsable = ['chatty', ...verdicts];

/** What of a schedule its faults depend on. */
interface Drawn {
  /** Sentences of the answer. */
  units: number;
  contract: 'stream-aligner' | 'instruct';
}

/** Draws what goes wrong in one schedule: often something with each party, sometimes nothing. */
export function drawFaults(
  dice: Dice,
  { servers, ...rest }: Drawn & { servers: Record<Party, number> },
): Fault[] {
  const upstream = Array.from({ length: dice.pick([0, 1, 1, 2, 3]) }, () => 'upstream' as const);
  const aligner = Array.from({ length: dice.pick([0, 0, 1, 1, 2]) }, () => 'aligner' as const);
  return [...upstream, ...aligner].map((party) =>
    drawFault(dice, { ...rest, party, servers: servers[party] }),
  );
}

function drawFault(
  dice: Dice,
  { party, units, servers, contract }: Drawn & { party: Party; servers: number },
): Fault {
  const behaviour = drawBehaviour(dice, { party, units, contract });
  const first = party === 'upstream' ? dice.pick([0, 0, 1, 2, 5]) : dice.roll(units);
  return {
    party,
    server: dice.roll(servers),
    at: first,
    times: dice.pick([1, 1, 1, 2, Number.POSITIVE_INFINITY]),
    behaviour,
    silences: silencing.test(behaviour),
  };
}

function drawBehaviour(dice: Dice, { party, units, contract }: Drawn & { party: Party }): string {
  const kinds = [breaks, breaks, errors, refusals, others];
  const replies = contract === 'instruct' ? unparsable : verdicts;
  const name = dice.pick(dice.pick(party === 'aligner' ? [...kinds, replies, replies] : kinds));
  const isPlaced = breaks.includes(name) || errors.includes(name);
  if (!isPlaced) return name;
  // About six words a sentence; beyond the end of the text, everything but the finish is sent.
  const at = dice.roll(party === 'aligner' ? 6 : 6 * units + 6);
  const torn = /^(cut|reset|stall)$/.test(name) && dice.roll(2) === 0;
  return `${name}@${at}${torn ? '+torn' : ''}`;
}

/** Which behaviour a request gets, if any. */
export function faultOf(
  faults: readonly Fault[],
  { party, server, index }: { party: Party; server: number; index: number },
): Fault | undefined {
  return faults.find(
    (fault) =>
      fault.party === party && fault.server === server && index >= fault.at && index < fault.at + fault.times,
  );
}
