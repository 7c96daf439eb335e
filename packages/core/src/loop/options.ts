import type { Aligner } from '../aligner.ts';
import { type Clock, systemClock } from '../clock.ts';
import { StreamAlignerError } from '../errors.ts';
import type { FailurePolicy } from '../events.ts';
import { type ChatMessage, splitFirstPrefix } from '../messages.ts';
import type { SegmentKind } from '../segmenter/segment.ts';
import type { GenerationParams, Upstream } from '../upstream.ts';
import type { Budget } from './budget.ts';
import type { Protected } from './guards.ts';
import type { Recovery } from './recovery.ts';

/** Longest waits, in milliseconds. None is unlimited. */
export interface Deadlines {
  /** For both models to open, queueing included. Default 60,000. */
  open: number;
  /**
   * From one upstream event to the next, the first included. Default 180,000: longer than the HTTP adapters' own limits,
   * which know comments on the wire as a sign of life.
   */
  upstream: number;
  /** For one verdict, retries not included. Default 30,000. */
  correction: number;
  /** For the whole answer. Default 900,000. */
  answer: number;
}

/** How one answer is aligned. */
export interface AlignOptions {
  upstream: Upstream;
  aligner: Aligner;
  /** The conversation. A trailing assistant message is the first prefix: it is continued, not sent again. */
  messages: readonly ChatMessage[];
  params?: GenerationParams;
  /** Sentences that are aligned: a number, or `all` (the default). */
  rounds?: number | 'all';
  /** After the last round: the upstream finishes freely (`continue`, the default), or the answer ends (`stop`). */
  then?: 'continue' | 'stop';
  /** `shadow` judges and reports every draft and sends the upstream's text unchanged. Default `align`. */
  mode?: 'align' | 'shadow';
  /**
   * Drafts judged beyond the one that is due, while the upstream keeps writing. 0 is the strictly sequential loop: the
   * upstream is stopped after each draft. Changes time, never text. Default 2.
   */
  lookahead?: number;
  /**
   * What is asked for: `text`, judged sentence by sentence, or `json`, one document that is held back and judged whole.
   * Exempt the kind `json` to let it pass as it comes. Default `text`.
   */
  format?: 'text' | 'json';
  /** Kinds of segment that go out unjudged. Default none. */
  exempt?: readonly SegmentKind[];
  /** What a failed correction leads to, after `retries`. Default `block`: the answer fails. */
  onAlignerFailure?: FailurePolicy;
  /** How often a failed correction is tried again. Default 0. */
  retries?: number;
  /**
   * What a rewrite must leave as it is in its draft, beside the structure that none may break (fences, table columns,
   * JSON): the `urls`, the `numbers`. A rewrite that does not is an aligner failure. Default nothing.
   */
  protect?: readonly Protected[];
  /** Whether an empty rewrite deletes the draft; otherwise it is an aligner failure. Default false. */
  allowDelete?: boolean;
  /**
   * Restarts, after rewrites and after failures, before the answer is ended with finish reason `length` (or, after a
   * failure, fails). Default 64.
   */
  maxRestarts?: number;
  /** What becomes of an answer whose upstream fails: it goes on from what was accepted. */
  recovery?: Partial<Recovery>;
  /**
   * What alignment may cost. Once it is spent nothing more is judged: the rest goes out as it is under the failure policy
   * `pass`, and otherwise the answer ends with finish reason `length`. A limit of time makes the text depend on time.
   */
  budget?: Budget;
  /**
   * Reasoning text of the upstream: left out (`drop`, the default), sent on unaligned (`pass`), or sent on sentence by
   * sentence as the aligner has it (`align`; in shadow mode as `pass`). Rewrites of reasoning steer nothing.
   */
  reasoning?: 'drop' | 'pass' | 'align';
  /** Longest segment held back, in code units. Default: the segmenter's. */
  maxSegmentLength?: number;
  deadlines?: Partial<Deadlines>;
  /** Ends the answer when it aborts. */
  signal?: AbortSignal;
  /** For tests. Default: the machine's clock. */
  clock?: Clock;
  /** For tests: numbers from 0 up to 1, by which waits are spread. Default `Math.random`. */
  random?: () => number;
}

/** {@link AlignOptions} with every default filled in. */
export interface ResolvedOptions extends Required<
  Omit<AlignOptions, 'maxSegmentLength' | 'deadlines' | 'rounds' | 'recovery'>
> {
  recovery: Recovery;
  rounds: number;
  deadlines: Deadlines;
  maxSegmentLength: number | null;
  /** The text of a trailing assistant message, which `messages` then no longer holds; else ''. */
  firstPrefix: string;
}

/** Fills in defaults; throws `invalid-request` for what cannot be meant. */
export function resolveOptions(options: AlignOptions): ResolvedOptions {
  const { rounds = 'all', lookahead = 2, retries = 0, maxRestarts = 64, messages } = options;
  for (const [name, value] of Object.entries({ rounds, lookahead, retries, maxRestarts })) {
    if (value !== 'all' && !(Number.isInteger(value) && value >= 0))
      throw new StreamAlignerError('invalid-request', `${name} must be a whole number of 0 or more.`);
  }
  if (rounds === 0 && options.then === 'stop')
    throw new StreamAlignerError(
      'invalid-request',
      'rounds 0 with then "stop" would answer nothing: use then "continue" for the upstream alone, or more rounds.',
    );
  const { asked, firstPrefix } = splitFirstPrefix(messages);
  if (asked.length === 0)
    throw new StreamAlignerError('invalid-request', 'messages is empty: there is nothing to answer.');
  return {
    then: 'continue',
    mode: 'align',
    format: 'text',
    exempt: [],
    onAlignerFailure: 'block',
    protect: [],
    allowDelete: false,
    budget: {},
    reasoning: 'drop',
    params: {},
    signal: new AbortController().signal,
    clock: systemClock,
    random: Math.random,
    ...dropUndefined(options),
    rounds: rounds === 'all' ? Number.POSITIVE_INFINITY : rounds,
    lookahead,
    retries,
    maxRestarts,
    recovery: { attempts: 2, backoffMs: 250, maxBackoffMs: 8_000, ...options.recovery },
    maxSegmentLength: options.maxSegmentLength ?? null,
    deadlines: { open: 60_000, upstream: 180_000, correction: 30_000, answer: 900_000, ...options.deadlines },
    messages: asked,
    firstPrefix,
  };
}

function dropUndefined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
