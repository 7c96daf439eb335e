export type { Aligner, AlignerSession, AlignerUsage, Correction, CorrectionRequest } from './aligner.ts';
export { type Clock, systemClock } from './clock.ts';
export { renderAligner } from './contracts/aligner.ts';
export { escapeText, unescapeText } from './contracts/escape.ts';
export { questionOf } from './contracts/question.ts';
export { renderStreamAligner } from './contracts/stream-aligner.ts';
export { type ErrorCode, StreamAlignerError } from './errors.ts';
export {
  type AlignEvent,
  type AnswerCounts,
  type AnswerTimings,
  type EndReason,
  type FailurePolicy,
  type PassReason,
  type RestartReason,
  sentText,
} from './events.ts';
export { type ChatMessage, type ContentPart, textOf } from './messages.ts';
export type { Segment, Segmenter, SegmenterOptions, SegmentKind } from './segmenter/segment.ts';
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
