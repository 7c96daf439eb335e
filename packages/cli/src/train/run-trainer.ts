import { startChild } from './child.ts';
import { parseEvent, type TrainerEvent, textIn } from './events.ts';
import { forwardInterrupts } from './interrupts.ts';
import { type Launch, launchOf } from './launch.ts';
import { forgetLog, newLogFile } from './log-file.ts';
import { crashed, saidError, UNEXPECTED } from './trainer-errors.ts';

export interface TrainerRun extends Launch {
  /** What it is called in messages. */
  what: 'trainer' | 'exporter';
  onEvent: (event: TrainerEvent) => void;
  /** Called at the first Ctrl-C, which has been passed on. */
  onInterrupt: () => void;
}

/** `stopped` by the person with its work saved, or `killed` by them before that. */
export type Outcome = 'finished' | 'stopped' | 'killed';

/**
 * Runs one of the trainer's modules to its end. Throws what the module said was wrong, or `internal` when it ended
 * without a word.
 */
export async function runTrainer({ what, onEvent, onInterrupt, ...launch }: TrainerRun): Promise<Outcome> {
  const log = newLogFile(what);
  const errors: TrainerEvent[] = [];
  let last: TrainerEvent = { event: '' };
  const child = startChild({
    ...launchOf(launch),
    log,
    onLine: (line) => {
      const event = parseEvent(line);
      if (event === null) return;
      if (event.event === 'error') errors.push(event);
      last = event;
      onEvent(event);
    },
  });
  const interrupts = forwardInterrupts(child, onInterrupt);
  const ending = await child.ended.finally(interrupts.forget);
  // What follows an error is its consequence.
  const [failure] = errors;
  if (failure !== undefined && textIn(failure, 'code') !== UNEXPECTED) {
    await forgetLog(log);
    throw saidError(failure);
  }
  const stopped = last.event === 'stopped' || (last.event === 'end' && last['finished'] === false);
  const told = last.event === 'end' && !stopped;
  const asked = interrupts.count() > 0;
  // Only the first of several machines tells events.
  const silent = (launch.machines?.rank ?? 0) > 0;
  if (failure !== undefined || (!asked && !(ending.code === 0 && (told || silent)))) {
    const error = crashed(what, ending, log);
    if (failure === undefined) onEvent({ event: 'error', code: error.code, message: error.message });
    throw error;
  }
  await forgetLog(log);
  if (stopped) return 'stopped';
  return told || !asked ? 'finished' : 'killed';
}
