export type { Aligner, AlignerSession, AlignerUsage, Correction, CorrectionRequest } from './aligner.ts';
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
export { type AlignResult, align, alignStream } from './loop/align.ts';
export type { AlignOptions, Deadlines } from './loop/options.ts';
export { estimateTokens } from './loop/tokens.ts';
export { type ChatMessage, type ContentPart, textOf } from './messages.ts';
export type { Segment, Segmenter, SegmenterOptions, SegmentKind } from './segmenter/segment.ts';
export { createSegmenter, segmentText } from './segmenter/segmenter.ts';
export type {
  Continuation,
  FinishReason,
  GenerationParams,
  ToolCallDelta,
  Upstream,
  UpstreamEvent,
  UpstreamSession,
  Usage,
} from './upstream.ts';
