import type { Clock } from '../clock.ts';
import { StreamAlignerError } from '../errors.ts';
import type { AlignEvent } from '../events.ts';
import { within } from './race.ts';
import type { Verdict } from './verdict.ts';

/** Most verdicts that shadow mode waits for at once; further sentences go unjudged, since nothing may be held up. */
const MOST_WAITING = 16;
/** Longest that shadow mode holds up the end of an answer for verdicts still out, in milliseconds. */
const TAIL_MS = 2_000;

/** What every event about a sentence says of it. */
export type Sentence = Pick<Extract<AlignEvent, { type: 'draft-seen' }>, 'round' | 'kind' | 'lead' | 'draft'>;

/** Drafts of shadow mode that went out and whose verdicts are still to be reported. */
export interface Shadow {
  /** Has a draft judged without waiting for it. */
  watch(sentence: Sentence, judge: () => Promise<Verdict>): void;
  /** The verdicts, in order: those that have come, or in the end all that come soon. */
  verdicts(all: boolean): AsyncGenerator<{ sentence: Sentence; verdict: Verdict }, void, undefined>;
}

export function createShadow({ clock, signal }: { clock: Clock; signal: AbortSignal }): Shadow {
  const waiting: { sentence: Sentence; verdict: Promise<Verdict>; settled: boolean }[] = [];
  return {
    watch(sentence, judge) {
      const still = waiting.filter(({ settled }) => !settled).length;
      const verdict = still < MOST_WAITING ? judge() : Promise.resolve(notJudged());
      const entry = { sentence, verdict, settled: false };
      verdict.then(() => {
        entry.settled = true;
      });
      waiting.push(entry);
    },
    async *verdicts(all) {
      const deadline = clock.now() + TAIL_MS;
      while (waiting[0] && (all || waiting[0].settled)) {
        const { sentence, verdict } = waiting[0];
        const limit = {
          clock,
          ms: Math.max(0, deadline - clock.now()),
          signal,
          what: "The aligner's verdict",
        };
        const judged = await within(verdict, limit).catch(late);
        signal.throwIfAborted();
        waiting.shift();
        yield { sentence, verdict: judged };
      }
    },
  };
}

function notJudged(): Verdict {
  const message = `In shadow mode ${MOST_WAITING} sentences already waited for the aligner, so this one was not judged.`;
  return { error: new StreamAlignerError('overloaded', message), judgedInMs: 0 };
}

/** A deadline; `judge` itself never rejects. */
function late(error: unknown): Verdict {
  const known = StreamAlignerError.isInstance(error);
  return {
    error: known
      ? error
      : new StreamAlignerError('aligner-failed', 'The verdict did not come.', { cause: error }),
    judgedInMs: TAIL_MS,
  };
}
