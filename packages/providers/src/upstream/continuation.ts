import type { ChatMessage, Continuation } from '@stream-aligner/core';

/** What an answer is continued from. */
export interface ContinuationRequest {
  messages: ChatMessage[];
  /** The accepted answer so far, without trailing whitespace; '' for a plain request. */
  prefix: string;
  /** Fields of the assistant's message beside its content: the reasoning that came before the answer. */
  reasoning: Record<string, string>;
}

/** How one kind of server is asked to go on from a prefix: the part of its wire that differs. */
export interface ContinuationStrategy {
  readonly name: string;
  readonly continuation: Continuation;
  readonly path: '/chat/completions' | '/completions';
  /** The fields of the request that carry the conversation. */
  body(request: ContinuationRequest): Record<string, unknown>;
}

/** Writes a model's whole prompt, up to where the answer goes on after `prefix`. */
export type PromptTemplate = (request: ContinuationRequest) => string;

/** A trailing assistant message with the flags that vLLM, SGLang and llama.cpp's server take. */
export const continueByFlags: ContinuationStrategy = {
  name: 'flags',
  continuation: 'native',
  path: '/chat/completions',
  body: (request) => ({
    messages: withPrefix(request),
    ...(request.prefix && { continue_final_message: true, add_generation_prompt: false }),
  }),
};

/** A trailing assistant message alone, for servers that continue it unasked (Ollama, LM Studio, TGI, OpenRouter). */
export const continueByTrailingMessage: ContinuationStrategy = {
  name: 'trailing',
  continuation: 'native',
  path: '/chat/completions',
  body: (request) => ({ messages: withPrefix(request) }),
};

/** Raw completions of a prompt that `template` writes: exact, but the template must be the model's own. */
export function continueByCompletions(template: PromptTemplate): ContinuationStrategy {
  return {
    name: 'completions',
    continuation: 'native',
    path: '/completions',
    body: (request) => ({ prompt: template(request) }),
  };
}

function withPrefix({ messages, prefix, reasoning }: ContinuationRequest): ChatMessage[] {
  return prefix ? [...messages, { role: 'assistant', content: prefix, ...reasoning }] : messages;
}
