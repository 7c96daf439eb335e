import type { AskOptions } from '../ask/ask.ts';
import type { Model } from '../ask/models.ts';
import { recall, remember } from '../ui/storage.ts';

/** What a person chose for the next questions. */
export interface Settings {
  /** '' until one is chosen. */
  model: string;
  options: AskOptions;
  /** Whether the raw answer is asked for as well. */
  compare: boolean;
  /** The model that gives it; '' for whichever way there is. */
  compareWith: string;
  /** Whether the conversation so far is sent along; null: as it suits the model. */
  remember: boolean | null;
}

const NAME = 'stream-aligner.settings.1';
const STANDARD: Settings = { model: '', options: {}, compare: false, compareWith: '', remember: null };

export function keptSettings(): Settings {
  return { ...STANDARD, ...(recall('local', NAME) as Partial<Settings> | null) };
}

export function keepSettings(settings: Settings): void {
  remember('local', NAME, settings);
}

/** The chosen model, or the first where the chosen one is no longer served. */
export function chosenModel({ model }: Settings, models: readonly Model[]): Model | undefined {
  return models.find(({ id }) => id === model) ?? models[0];
}

/** Whether the conversation so far is sent with the next question. */
export function remembers(settings: Settings, model: Model | undefined): boolean {
  return settings.remember ?? !model?.stream_aligner.single_turn;
}
