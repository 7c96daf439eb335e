import type { Paint } from '../terminal/paint.ts';
import { figure, textIn } from './events.ts';
import { count, duration } from '../terminal/figures.ts';
import { MEASURE_KEYS, MEASURES, type Progress, secondsLeft } from './progress.ts';
import { sparkline } from './sparkline.ts';

const NAME_WIDTH = 13;
const VALUE_WIDTH = 8;
const LEAST_CURVE = 8;

/** What a terminal of `columns` columns shows of a training run: lines that fit, the bar first. */
export function dashboard(
  progress: Progress,
  { columns, paint }: { columns: number; paint: Paint },
): string[] {
  const curve = (name: string, values: readonly number[], render: (value: number) => string) => {
    const last = values.at(-1);
    if (last === undefined) return [];
    const width = Math.min(60, columns - NAME_WIDTH - VALUE_WIDTH - 3);
    const line = width < LEAST_CURVE ? '' : paint('cyan', sparkline(values, width));
    return [`${paint('dim', name.padEnd(NAME_WIDTH))} ${render(last).padStart(VALUE_WIDTH)} ${line}`];
  };
  return [
    ...barLine(progress, columns, paint),
    ...curve('loss', progress.losses, (value) => value.toFixed(4)),
    ...curve('eval loss', progress.evalLosses, (value) => value.toFixed(4)),
    ...MEASURE_KEYS.flatMap((key) => curve(MEASURES[key], progress.measures.get(key) ?? [], share)),
  ];
}

export const share = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** One line of what a run is doing, without colours. */
export function statusText(progress: Progress): string {
  const { latest } = progress;
  if (latest === null) return 'starting';
  const number = (key: string) => figure(latest, key);
  const [step, steps, speed, epoch] = ['step', 'steps', 'tokens_per_second', 'epoch'].map(number);
  const stage = textIn(latest, 'stage');
  return [
    stage === undefined || stage === 'main' ? '' : stage,
    step === undefined ? '' : `step ${count(step)}${steps ? `/${count(steps)}` : ''}`,
    epoch === undefined ? '' : `epoch ${epoch.toFixed(2)}`,
    speed === undefined ? '' : `${count(speed)} tokens/s`,
    timeText(progress),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function timeText(progress: Progress): string {
  const left = secondsLeft(progress);
  const minutes = progress.latest === null ? undefined : figure(progress.latest, 'minutes');
  if (left === null || minutes === undefined) return '';
  return left > 0 ? `${duration(left)} left` : `after ${duration(minutes * 60)}`;
}

export function percent({ latest }: Progress): string {
  const done = latest === null ? 0 : (figure(latest, 'progress') ?? 0);
  return `${Math.floor(100 * Math.min(1, done))} %`.padStart(5);
}

function barLine(progress: Progress, columns: number, paint: Paint): string[] {
  const text = ` ${percent(progress)}  ${statusText(progress)}`;
  const width = Math.min(30, columns - text.length - 1);
  if (width < LEAST_CURVE) return [text.trim().slice(0, columns - 1)];
  const done = progress.latest === null ? 0 : (figure(progress.latest, 'progress') ?? 0);
  const filled = Math.round(width * Math.min(1, Math.max(0, done)));
  return [`${paint('green', '█'.repeat(filled))}${paint('dim', '░'.repeat(width - filled))}${text}`];
}
