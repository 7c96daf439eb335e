export type {
  Aligner,
  AlignerSession,
  AlignerUsage,
  CopyLikelihood,
  Correction,
  CorrectionRequest,
} from './aligner.ts';
export { type Clock, systemClock } from './clock.ts';
export { renderAligner } from './contracts/aligner.ts';
export { cleanCorrection } from './contracts/clean.ts';
export { escapeText, unescapeText } from './contracts/escape.ts';
export { type ContractValues, type FittedValues, fitToWindow } from './contracts/fit.ts';
export { DEFAULT_POLICY, parseInstruct, renderInstruct } from './contracts/instruct.ts';
export { questionOf } from './contracts/question.ts';
export { renderStreamAligner } from './contracts/stream-aligner.ts';
export { type ErrorCode, StreamAlignerError } from './errors.ts';
export type {
  AlignEvent,
  AnswerCounts,
  AnswerTimings,
  EndCause,
  FailurePolicy,
  PassReason,
  RestartReason,
} from './events.ts';
export { isJudged, type JsonEvent, jsonEvent, type JudgedEvent } from './json-event.ts';
export { type AlignResult, align, alignStream } from './loop/align.ts';
export type { Budget } from './loop/budget.ts';
export { type Protected, type Rewriting, structureFault } from './loop/guards.ts';
export type { AlignOptions, Deadlines } from './loop/options.ts';
export type { Recovery } from './loop/recovery.ts';
export { estimateTokens } from './loop/tokens.ts';
export { type ChatMessage, type ContentPart, splitFirstPrefix, textOf } from './messages.ts';
export {
  type AlignerMember,
  type AlignerReplicasOptions,
  createAlignerReplicas,
} from './replicas/aligner-replicas.ts';
export { type Breaker, type BreakerOptions, createBreaker } from './replicas/breaker.ts';
export { createLeasePool, type Lease, type LeasePool } from './replicas/lease-pool.ts';
export { limitAnswers } from './replicas/limit.ts';
export { createUpstreamList, type UpstreamMember } from './replicas/upstream-list.ts';
export type { Segment, Segmenter, SegmenterOptions, SegmentKind } from './segmenter/segment.ts';
export { createSegmenter, segmentText } from './segmenter/segmenter.ts';
export type { Feedback, Trace, TraceOutcome, TraceSummary } from './trace.ts';
export type {
  Continuation,
  FinishReason,
  GenerationParams,
  NextTry,
  ToolCallDelta,
  Upstream,
  UpstreamEvent,
  UpstreamSession,
  Usage,
} from './upstream.ts';
