import type { FinishReason, ToolCallDelta } from '@stream-aligner/core';

/** The token counts of a reply, as OpenAI words them. */
export interface UsageBody {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  [detail: string]: unknown;
}

/** One event of a streamed reply that we write. */
export interface ChatChunkBody {
  id: string;
  object: 'chat.completion.chunk';
  created: number;
  model: string;
  choices: {
    index: number;
    delta: {
      role?: 'assistant';
      content?: string | null;
      reasoning_content?: string;
      tool_calls?: ToolCallDelta[];
    };
    finish_reason: FinishReason | null;
  }[];
  usage?: UsageBody | null;
  [extension: string]: unknown;
}

/** A plain reply that we write. */
export interface ChatCompletionBody {
  id: string;
  object: 'chat.completion';
  created: number;
  model: string;
  choices: {
    index: number;
    message: {
      role: 'assistant';
      content: string | null;
      reasoning_content?: string;
      tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
    };
    finish_reason: FinishReason;
  }[];
  usage?: UsageBody;
  [extension: string]: unknown;
}
