import type { RunProgress } from '@stream-aligner/lab';
import { duration } from '../terminal/figures.ts';
import { bar, createLiveLine } from '../terminal/live-line.ts';

/** One line about a run that goes on. */
export function createEvalProgress(stream: NodeJS.WriteStream = process.stderr) {
  const began = performance.now();
  let latest: Readonly<RunProgress> | null = null;
  const line = createLiveLine(() => latest && evalLine(latest, (performance.now() - began) / 1000), stream);
  return {
    note(progress: Readonly<RunProgress>) {
      latest = progress;
    },
    end: () => line.end(),
  };
}

/** How far a run is, in one line. */
export function evalLine(
  { task, done, total, measured, faults }: Readonly<RunProgress>,
  seconds: number,
): string {
  const rate = seconds > 0 ? measured / seconds : 0;
  const left = total === null || rate === 0 ? null : Math.max(0, total - done - faults) / rate;
  const number = (value: number) => value.toLocaleString('en');
  return [
    total === null
      ? `${number(done)} examples`
      : `${bar(done / Math.max(1, total))} ${number(done)}/${number(total)} examples`,
    task,
    `${rate.toFixed(1)}/s`,
    ...(faults > 0 ? [`${number(faults)} faults`] : []),
    ...(left === null ? [] : [`${duration(left)} left`]),
  ].join(' · ');
}
