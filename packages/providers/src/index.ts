export { type AlignerContract, instructContract, streamAlignerContract } from './aligner/contract.ts';
export { type CopyCheckName, copyCheckNames } from './aligner/copy-check/choose.ts';
export { createOpenAIAligner, type OpenAIAlignerOptions } from './aligner/openai-aligner.ts';
export { estimateTokensHigh } from './aligner/window.ts';
export {
  atRoot,
  type Endpoint,
  type EndpointOptions,
  type HttpTimeouts,
  resolveEndpoint,
} from './http/endpoint.ts';
export type { PostRequest } from './http/open-reply.ts';
export { postJson } from './http/post-json.ts';
export {
  type ContinuationProbe,
  type ContinuationProbeOptions,
  type ProbedContinuation,
  probeContinuation,
} from './probe/probe-continuation.ts';
export { type AlignerOptions, createAligner } from './servers/create-aligner.ts';
export { createUpstream, type UpstreamOptions } from './servers/create-upstream.ts';
export { type ContinuationName, continuationNames, type Server } from './servers/server.ts';
export { type ServerType, servers, serverTypes } from './servers/servers.ts';
export {
  CONTINUATION_PROMPT,
  type ContinuationRequest,
  type ContinuationStrategy,
  continueByCompletions,
  continueByFlag,
  continueByFlags,
  continueByInstruction,
  continueByPrefix,
  continueByTrailingMessage,
  continueNever,
  type PromptTemplate,
} from './upstream/continuation.ts';
export { createEchoStripper, type TextFilter } from './upstream/echo-stripper.ts';
export { createJunction, type JunctionWhitespace } from './upstream/junction.ts';
export { createOverlapStripper } from './upstream/overlap-stripper.ts';
export { createOpenAIUpstream, type OpenAIUpstreamOptions } from './upstream/openai-upstream.ts';
export * from './wire/index.ts';
