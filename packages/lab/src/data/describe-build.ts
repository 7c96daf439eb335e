import type { Plan } from './answers/task.ts';
import type { Manifest } from '../folder/manifest.ts';
import type { PromptSource } from './prompts/source.ts';
import { VERSION } from './version.ts';

/** What a model is known by when a build goes on: another address or key is the same model, another policy is not. */
export interface ModelDescription {
  name: string;
  model: string;
  /** A digest of what else decides what it says, the weights included where they lie in a file here. */
  settings?: string;
}

/** The manifest of a build: everything that decides what comes out. */
export function describeBuild(build: {
  sources: readonly PromptSource[];
  plan: Plan;
  maxTokens: number;
  upstreams: readonly ModelDescription[];
  annotator: ModelDescription;
}): Manifest {
  const { sources, plan, maxTokens, upstreams, annotator } = build;
  const { upstreams: _names, ...rest } = plan;
  return {
    format: 1,
    version: VERSION,
    sources: sources.map(({ description }) => description),
    ...rest,
    maxTokens,
    upstreams,
    annotator,
  };
}

/** Several sources as one, in their order. */
export function joinSources(sources: readonly PromptSource[]): Pick<PromptSource, 'items' | 'count'> {
  return {
    count: sources.reduce<number | null>(
      (sum, { count }) => (sum === null || count === null ? null : sum + count),
      0,
    ),
    async *items() {
      for (const source of sources) yield* source.items();
    },
  };
}
