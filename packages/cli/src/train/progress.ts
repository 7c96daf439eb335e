import { figure, type TrainerEvent, textIn } from './events.ts';

/** The measurements of an evaluation that are shown, each with its name for a person. */
export const MEASURES = {
  keep: 'keep',
  exact_rewrite: 'exact rewrite',
  over_edit: 'over-edit',
  exact: 'exact',
} as const;
export type Measure = keyof typeof MEASURES;
/** In the order in which they are shown. */
export const MEASURE_KEYS: readonly Measure[] = ['keep', 'exact_rewrite', 'over_edit', 'exact'];

/** What is known of a training run. */
export interface Progress {
  start: TrainerEvent | null;
  /** The last event that told how far the run is. */
  latest: TrainerEvent | null;
  losses: readonly number[];
  evalLosses: readonly number[];
  measures: ReadonlyMap<Measure, readonly number[]>;
  /** Where the trainer saved last, or null. */
  saved: string | null;
}

export const NO_PROGRESS: Progress = {
  start: null,
  latest: null,
  losses: [],
  evalLosses: [],
  measures: new Map(),
  saved: null,
};

/** What is known after one more event. */
export function advance(progress: Progress, event: TrainerEvent): Progress {
  const loss = figure(event, 'loss');
  const latest = figure(event, 'progress') === undefined ? progress.latest : event;
  switch (event.event) {
    case 'start':
      return { ...progress, start: event };
    case 'log':
      return { ...progress, latest, losses: extended(progress.losses, loss) };
    case 'eval':
      return {
        ...progress,
        latest,
        evalLosses: extended(progress.evalLosses, loss),
        measures: measured(progress.measures, event),
      };
    case 'saved':
      return { ...progress, saved: textIn(event, 'path') ?? progress.saved };
    default:
      return progress;
  }
}

/** Seconds until the end at the pace so far, or null while nothing is known. */
export function secondsLeft({ latest }: Progress): number | null {
  const done = latest === null ? undefined : figure(latest, 'progress');
  const minutes = latest === null ? undefined : figure(latest, 'minutes');
  if (done === undefined || minutes === undefined || done <= 0) return null;
  return (minutes * 60 * Math.max(0, 1 - done)) / done;
}

function measured(measures: Progress['measures'], event: TrainerEvent): Progress['measures'] {
  const found = MEASURE_KEYS.filter((key) => figure(event, key) !== undefined);
  return new Map([
    ...measures,
    ...found.map((key) => [key, extended(measures.get(key) ?? [], figure(event, key))] as const),
  ]);
}

const extended = (values: readonly number[], value: number | undefined): readonly number[] =>
  value === undefined ? values : [...values, value];
