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
  pathText,
  splitChatRequest,
} from './chat-request.ts';
export { type ErrorEnvelope, type ErrorShape, errorEnvelope, errorShapes } from './error-envelope.ts';
export { plainWording } from './plain-wording.ts';
export { createSseDecoder, type SseDecoder, type SseEvent } from './sse-decode.ts';
export { encodeSse, encodeSseComment, encodeSseJson, SSE_DONE } from './sse-encode.ts';
