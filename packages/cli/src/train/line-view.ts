import { percent, share, statusText } from './dashboard.ts';
import { figure, type TrainerEvent } from './events.ts';
import { advance, MEASURE_KEYS, MEASURES, NO_PROGRESS } from './progress.ts';
import { startText } from './start-text.ts';
import type { View } from './view.ts';

const BETWEEN_LOGS_MS = 30_000;

/** Lines for a file or another program: every evaluation, and how far the run is now and then. */
export function lineView(output: { write(text: string): unknown }, now = () => performance.now()): View {
  let progress = NO_PROGRESS;
  let loggedAt = -Infinity;
  const say = (text: string) => output.write(`${text}\n`);
  return {
    event(event) {
      progress = advance(progress, event);
      if (event.event === 'start') say(startText(event));
      if (event.event === 'eval') say(`${percent(progress)}  evaluation: ${evaluationText(event)}`);
      if (event.event !== 'log' || now() - loggedAt < BETWEEN_LOGS_MS) return;
      loggedAt = now();
      say(`${percent(progress)}  loss ${figure(event, 'loss')?.toFixed(4) ?? '?'} · ${statusText(progress)}`);
    },
    note: say,
    close: () => {},
  };
}

function evaluationText(event: TrainerEvent): string {
  const loss = figure(event, 'loss');
  const measures = MEASURE_KEYS.flatMap((key) => {
    const value = figure(event, key);
    return value === undefined ? [] : [`${MEASURES[key]} ${share(value)}`];
  });
  return [loss === undefined ? '' : `loss ${loss.toFixed(4)}`, ...measures]
    .filter((part) => part !== '')
    .join(' · ');
}
