import { type Aligner, questionOf } from '@stream-aligner/core';
import { createAlignerSession } from './aligner-session.ts';
import { type LocalModelOptions, loadLocalModel } from './local-model.ts';

export interface LocalAlignerOptions extends LocalModelOptions {
  /** The prompt it was trained on. `stream-aligner` (the default) is the only one that runs in-process. */
  contract?: 'stream-aligner';
  /**
   * `exact` (the default) reads the draft in one pass and keeps it if the model would have written the same; `off` writes
   * every sentence. The verdicts are the same.
   */
  copyCheck?: 'exact' | 'off';
}

/** An aligner that runs in this process. */
export interface LocalAligner extends Aligner {
  /** Numbers the model learnt. */
  readonly parameters: number;
  /** Refuses new answers, waits for those under way, then frees the model. */
  close(): Promise<void>;
}

/**
 * Loads a GGUF model as an aligner. It always takes the likeliest token. Drafts of one answer are judged one after
 * another on the answer's sequence, each sharing the question and the earlier prefix with the one before.
 *
 * @throws StreamAlignerError `model-missing`, `model-damaged` or `configuration`.
 */
export async function createLocalAligner(options: LocalAlignerOptions): Promise<LocalAligner> {
  const model = await loadLocalModel(options);
  return {
    model: model.name,
    parameters: model.parameters,
    async open({ messages, signal }) {
      const lease = await model.sequences.lease(signal);
      const copyCheck = options.copyCheck ?? 'exact';
      return createAlignerSession({ model, lease, question: questionOf(messages), copyCheck });
    },
    close: model.close,
  };
}
