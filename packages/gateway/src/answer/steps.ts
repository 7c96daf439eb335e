import type { AlignEvent, Clock } from '@stream-aligner/core';
import type { FailedEvent } from './events.ts';

/** What an answer does next, as a reply sees it. */
export type Step =
  | { type: 'event'; event: Exclude<AlignEvent, FailedEvent> }
  | { type: 'failed'; error: unknown; event?: AlignEvent }
  /** Nothing happened for as long as the patience lasted. */
  | { type: 'quiet' }
  | { type: 'end' };

/**
 * Walks through an answer's events. `aborted` says why, should the answer be ended from outside. Nothing is read before
 * it is asked for.
 */
export function walk(
  events: AsyncGenerator<AlignEvent>,
  { clock, aborted }: { clock: Clock; aborted(): unknown },
) {
  let pending: Promise<Step> | undefined;

  async function read(): Promise<Step> {
    try {
      const { value: event, done } = await events.next();
      if (done) return { type: 'end' };
      if (event.type === 'answer-failed') return { type: 'failed', error: event.error, event };
      if (event.type === 'answer-aborted') return { type: 'failed', error: aborted(), event };
      return { type: 'event', event };
    } catch (error) {
      return { type: 'failed', error };
    }
  }

  return {
    /** The next step, or `quiet` after `patienceMs`; the step that did not come is then the next one's. */
    async next(patienceMs?: number): Promise<Step> {
      const mine = pending ?? read();
      pending = mine;
      const step = patienceMs === undefined ? await mine : await beforeSilence(mine, clock, patienceMs);
      if (step.type !== 'quiet') pending = undefined;
      return step;
    },
    /** Lets go of the answer. */
    async leave(): Promise<void> {
      await events.return(undefined);
    },
  };
}

async function beforeSilence(step: Promise<Step>, clock: Clock, ms: number): Promise<Step> {
  const silence = Promise.withResolvers<Step>();
  const cancel = clock.after(ms, () => silence.resolve({ type: 'quiet' }));
  try {
    return await Promise.race([step, silence.promise]);
  } finally {
    cancel();
  }
}
