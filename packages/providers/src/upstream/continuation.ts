import { type ChatMessage, type Continuation, StreamAlignerError } from '@stream-aligner/core';

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

/** A trailing assistant message with the flags that vLLM and llama.cpp's server take. */
export const continueByFlags: ContinuationStrategy = {
  name: 'flags',
  continuation: 'native',
  path: '/chat/completions',
  body: (request) => ({
    messages: withPrefix(request),
    ...(request.prefix && { continue_final_message: true, add_generation_prompt: false }),
  }),
};

/** A trailing assistant message with `continue_final_message` alone: SGLang, which has no other flag. */
export const continueByFlag: ContinuationStrategy = {
  name: 'flag',
  continuation: 'native',
  path: '/chat/completions',
  body: (request) => ({
    messages: withPrefix(request),
    ...(request.prefix && { continue_final_message: true }),
  }),
};

/** A trailing assistant message alone, for servers that continue it unasked (Ollama, LM Studio, TGI, Anthropic). */
export const continueByTrailingMessage: ContinuationStrategy = {
  name: 'trailing',
  continuation: 'native',
  path: '/chat/completions',
  body: (request) => ({ messages: withPrefix(request) }),
};

/** A trailing assistant message marked `prefix: true`: DeepSeek's beta API, Mistral, LiteLLM in front of them. */
export const continueByPrefix: ContinuationStrategy = {
  name: 'prefix',
  continuation: 'native',
  path: '/chat/completions',
  body: (request) => ({ messages: withPrefix(request, { prefix: true }) }),
};

/** No continuation: the first request goes through, and any other fails before it is sent. */
export const continueNever: ContinuationStrategy = {
  name: 'none',
  continuation: 'none',
  path: '/chat/completions',
  body({ messages, prefix }) {
    if (prefix === '') return { messages };
    throw new StreamAlignerError(
      'configuration',
      'An answer must go on from its corrected text, but this upstream is set to `continuation: none`. Set another ' +
        '`continuation`, or look on in `mode: shadow`, which never corrects.',
      { details: { param: 'continuation' } },
    );
  },
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

/** What an emulated continuation says when nothing else is configured. */
export const CONTINUATION_PROMPT = `Your answer was interrupted. This is all of it so far, between the two lines:
---
{prefix}
---
Write only what comes next, from exactly where it stops; begin with the space or line break that belongs there. Do not repeat or announce anything, and keep its language, tone and form. If a tool call comes next, make it. If nothing is missing, reply with nothing.`;

/**
 * Emulation for models that cannot continue their own message: a last user turn asks for the rest. `prompt` must hold
 * `{prefix}`, where the answer so far is put; system messages and tools stay as they are. Default
 * {@link CONTINUATION_PROMPT}. Throws `configuration` for a prompt without `{prefix}`.
 */
export function continueByInstruction({
  prompt = CONTINUATION_PROMPT,
}: { prompt?: string } = {}): ContinuationStrategy {
  if (!prompt.includes('{prefix}')) {
    throw new StreamAlignerError(
      'configuration',
      'The continuation prompt has no `{prefix}`, so the model would not know what it goes on from. Put it where the answer so far belongs.',
      { details: { param: 'continuationPrompt' } },
    );
  }
  return {
    name: 'emulated',
    continuation: 'emulated',
    path: '/chat/completions',
    body: ({ messages, prefix }) => ({
      messages:
        prefix === ''
          ? messages
          : // A function: `$` in an answer means nothing here.
            [...messages, { role: 'user', content: prompt.replaceAll('{prefix}', () => prefix) }],
    }),
  };
}

function withPrefix(
  { messages, prefix, reasoning }: ContinuationRequest,
  marks: Record<string, unknown> = {},
): ChatMessage[] {
  return prefix ? [...messages, { role: 'assistant', content: prefix, ...reasoning, ...marks }] : messages;
}
