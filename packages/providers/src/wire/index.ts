export {
  type ChatChunk,
  finishReasonOf,
  type ParsedChunk,
  parseChatChunk,
  type WireError,
} from './chat-chunk.ts';
export type { ChatChunkBody, ChatCompletionBody, UsageBody } from './chat-reply.ts';
export {
  type ChatRequest,
  type ChatRequestParts,
  parseChatRequest,
  splitChatRequest,
} from './chat-request.ts';
export { type ErrorEnvelope, type ErrorShape, errorEnvelope, errorShapes } from './error-envelope.ts';
export { pathText } from './invalid-request.ts';
export { plainWording } from './plain-wording.ts';
export type {
  ResponseBody,
  ResponseErrorBody,
  ResponseEvent,
  ResponseItem,
  ResponseSettings,
  ResponseUsageBody,
} from './responses-reply.ts';
export {
  type ResponsesRequest,
  parseResponsesRequest,
  responseSettings,
  toChatBody,
} from './responses-request.ts';
export { createSseDecoder, type SseDecoder, type SseEvent } from './sse-decode.ts';
export { encodeSse, encodeSseComment, encodeSseJson, SSE_DONE } from './sse-encode.ts';
