import type { LanguageModelV4Middleware } from '@ai-sdk/provider';
import { startAlignedStream } from './aligned-stream.ts';
import { collect } from './collect.ts';
import type { AlignMiddlewareOptions } from './options.ts';

/**
 * A middleware for the AI SDK's `wrapLanguageModel`: the wrapped model's answers go through the aligner sentence by
 * sentence while they stream, and each rewrite steers the rest. `generateText` gives the collected stream.
 *
 * Tool calls pass through untouched and end sentence handling for their step, those that the provider runs included.
 * Sources and files stand before the sentence that was being written when they came. Raw chunks and the identity of the
 * model's own text blocks are left out; so is reasoning, unless `reasoning: 'pass'`. JSON is judged whole. An answer
 * that fails ends in an error part, never in a finish. `providerMetadata.streamAligner` holds the counts
 * ({@link AlignmentMetadata}).
 *
 * Takes core's options of an answer, and how this model continues a prefix (`continuation`, by default `emulated`).
 */
export function alignMiddleware(options: AlignMiddlewareOptions): LanguageModelV4Middleware {
  return {
    specificationVersion: 'v4',
    wrapStream: ({ model, params }) => startAlignedStream({ model, params, options }),
    wrapGenerate: async ({ model, params }) => collect(await startAlignedStream({ model, params, options })),
  };
}
