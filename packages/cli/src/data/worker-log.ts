import type { QueueWorkerEvent } from '@stream-aligner/lab/queue';
import { printable } from '../terminal/printable.ts';

const EVERY_MS = 30_000;

/** Lines about a worker on the standard output: what it joins and leaves at once, its answers every 30 seconds. */
export interface WorkerLog {
  say(text: string): void;
  note(event: QueueWorkerEvent): void;
  /** Says what was not said yet, and stops. */
  end(): void;
}

export function createWorkerLog(
  write: (line: string) => void = (line) => process.stdout.write(line),
): WorkerLog {
  const began = performance.now();
  const faults = new Set<string>();
  let [answers, failed, told] = [0, 0, 0];
  const say = (text: string) => write(`stream-aligner: ${printable(text)}\n`);
  const tell = () => {
    if (answers === told) return;
    const rate = (answers * 1000) / (performance.now() - began);
    say(`${answers} answers, ${failed} of them failed; ${rate.toFixed(1)}/s since the start.`);
    told = answers;
  };
  const timer = setInterval(tell, EVERY_MS);

  return {
    say,
    note(event) {
      switch (event.type) {
        case 'joined':
          return say(`Works for build ${event.build}.`);
        case 'left':
          return say(`Build ${event.build} is over.`);
        case 'refused':
          return say(`Does not work for build ${event.build}. ${event.reason}`);
        case 'answered':
          answers += 1;
          if (event.failed) failed += 1;
          return;
        case 'finishing':
          return say('Takes no more work, and finishes what is in hand. Ctrl-C again leaves it to others.');
        case 'fault':
          // What is tried again every second need not be said every second.
          if (faults.has(event.message)) return;
          faults.add(event.message);
          return say(`The queue complains, and is tried again: ${event.message}`);
      }
    },
    end() {
      clearInterval(timer);
      tell();
    },
  };
}
