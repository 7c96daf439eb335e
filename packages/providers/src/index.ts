export { type AlignerContract, instructContract, streamAlignerContract } from './aligner/contract.ts';
export { createOpenAIAligner, type OpenAIAlignerOptions } from './aligner/openai-aligner.ts';
export { estimateTokensHigh } from './aligner/window.ts';
export type { EndpointOptions, HttpTimeouts } from './http/endpoint.ts';
export {
  type ContinuationRequest,
  type ContinuationStrategy,
  continueByCompletions,
  continueByFlags,
  continueByTrailingMessage,
  type PromptTemplate,
} from './upstream/continuation.ts';
export type { JunctionWhitespace } from './upstream/junction.ts';
export { createOpenAIUpstream, type OpenAIUpstreamOptions } from './upstream/openai-upstream.ts';
export * from './wire/index.ts';
