import { type ChatMessage, questionOf, textOf } from '@stream-aligner/core';

/** A completion request as the scripted server understood it. */
export interface CompletionRequest {
  model: string;
  stream: boolean;
  includeUsage: boolean;
  /** Empty for raw completions. */
  messages: ChatMessage[];
  question: string;
  prefix: string;
  /** The reasoning that came back with the prefix. */
  reasoning: string;
  raw: boolean;
}

/** Why a request is refused, in the words of the servers that refuse it. */
export interface Refusal {
  status: number;
  message: string;
  /** Seconds; null: none. Default: 2 for 429. */
  retryAfter?: number | null;
}

/** Writes the prompt that the scripted server continues on `/completions`: the template of its "model". */
export function scriptedPrompt({
  messages,
  prefix,
}: {
  messages: readonly ChatMessage[];
  prefix: string;
}): string {
  return `QUESTION: ${questionOf(messages)}\nANSWER: ${prefix}`;
}

/** Reads a parsed body as chat or raw completions. */
export function readCompletionRequest(body: unknown, raw: boolean): CompletionRequest | Refusal {
  if (typeof body !== 'object' || body === null)
    return { status: 400, message: 'The body is not an object.' };
  const fields = body as Record<string, unknown>;
  const model = fields['model'];
  if (typeof model !== 'string') return { status: 400, message: 'No model.' };
  const options = fields['stream_options'] as { include_usage?: unknown } | null | undefined;
  const shared = {
    model,
    stream: fields['stream'] === true,
    includeUsage: options?.include_usage === true,
    raw,
  };
  return raw ? readPrompt(fields['prompt'], shared) : readMessages(fields, shared);
}

type Shared = Pick<CompletionRequest, 'model' | 'stream' | 'includeUsage' | 'raw'>;

function readPrompt(prompt: unknown, shared: Shared): CompletionRequest | Refusal {
  const [, question, prefix] = /^QUESTION: ([\s\S]*)\nANSWER: ([\s\S]*)$/.exec(String(prompt)) ?? [];
  if (question === undefined || prefix === undefined)
    return { status: 400, message: 'Not a prompt of this model.' };
  return { ...shared, messages: [], question, prefix, reasoning: '' };
}

function readMessages(fields: Record<string, unknown>, shared: Shared): CompletionRequest | Refusal {
  const messages = fields['messages'] as ChatMessage[] | undefined;
  if (!Array.isArray(messages) || messages.length === 0) return { status: 400, message: 'No messages.' };
  // As vLLM and llama.cpp's server: the one flag needs the other.
  if (fields['continue_final_message'] === true && fields['add_generation_prompt'] !== false) {
    return {
      status: 400,
      message: 'Cannot set both add_generation_prompt and continue_final_message to true.',
    };
  }
  const last = messages.at(-1);
  const trailing = last?.role === 'assistant' ? last : undefined;
  if (trailing && messages.at(-2)?.role === 'assistant') {
    return { status: 400, message: 'Cannot have 2 or more assistant messages at the end of the list.' };
  }
  const reasoning = trailing?.['reasoning_content'];
  return {
    ...shared,
    messages,
    question: questionOf(trailing ? messages.slice(0, -1) : messages),
    prefix: trailing ? textOf(trailing) : '',
    reasoning: typeof reasoning === 'string' ? reasoning : '',
  };
}
