import type { Problem } from '../answer/event.ts';
import { getJson } from './get-json.ts';

/** A configured model, as the gateway lists it. */
export interface Model {
  id: string;
  stream_aligner: {
    /** Whether it has an aligner; without one its answers are raw. */
    aligned: boolean;
    /** What a request may change: nothing, only what never lets more unaligned text out, or anything. */
    overrides: 'none' | 'tighten' | 'any';
    /** Whether it answers single questions and knows no conversations. */
    single_turn: boolean;
  };
}

/** The configured models, or why they are not known. */
export async function fetchModels(): Promise<Model[] | Problem> {
  const got = await getJson<{ data: Model[] }>('/v1/models');
  return 'problem' in got ? got.problem : got.body.data;
}

/** How an answer without the aligner can be had beside a model's own. */
export type RawWay = { model: string; options: { rounds?: 0 } } | { why: string };

/** Finds the raw answer that a model's is compared with: another model, or the same one without its rounds. */
export function rawWay(model: Model | undefined, models: readonly Model[], wanted: string): RawWay {
  const chosen = models.find(({ id }) => id === wanted);
  if (chosen) return { model: chosen.id, options: {} };
  if (!model) return { why: 'No model is chosen.' };
  const { aligned, overrides } = model.stream_aligner;
  if (!aligned) return { why: `${model.id} has no aligner: its answer is the raw one.` };
  if (overrides === 'any') return { model: model.id, options: { rounds: 0 } };
  const raw = models.find(({ stream_aligner: about }) => !about.aligned);
  if (raw) return { model: raw.id, options: {} };
  return {
    why: `The configuration of ${model.id} does not let requests ask for its raw answer (overrides: ${overrides}), and no model without an aligner is configured. Choose another model to compare with, or add one.`,
  };
}
