import type { FinishReason, ToolCallDelta, Usage } from '@stream-aligner/core';
import * as z from 'zod';

const toolCall = z.looseObject({
  index: z.int().min(0).default(0),
  id: z.string().nullish(),
  function: z.looseObject({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});

const text = z.string().nullish();

/** Mistral's thinking models write lists: `{type: 'text', text}` and `{type: 'thinking', thinking: [{type, text}]}`. */
const parts = z.array(
  z.looseObject({ type: z.string(), text, thinking: z.array(z.looseObject({ text })).nullish().catch(null) }),
);

const choice = z.looseObject({
  delta: z
    .looseObject({
      content: z.union([z.string(), parts]).nullish(),
      refusal: text,
      reasoning_content: text,
      reasoning: text,
      thinking: text,
      tool_calls: z.array(toolCall).nullish(),
      function_call: z.looseObject({ name: text, arguments: text }).nullish(),
    })
    .nullish(),
  /** Raw completions have it in place of a delta. */
  text,
  finish_reason: text,
});

const chunk = z.looseObject({
  error: z.unknown().optional(),
  choices: z.array(choice).nullish(),
  usage: z
    .looseObject({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() })
    .nullish(),
});

/** What one event of a chat or completions stream says, whatever the server's dialect. */
export interface ChatChunk {
  text: string;
  /** What the model says in place of an answer, on servers that mark it. Absent: nothing. */
  refusal?: string;
  reasoning: string;
  /** True for a piece of a call in the form that came before `tool_calls`. */
  legacyCall?: true;
  toolCalls: ToolCallDelta[];
  /** In the server's words. */
  finishReason?: string;
  usage?: Usage;
}

/** A server's own report of failure, reduced to what is safe to log. */
export interface WireError {
  type?: string;
  code?: string;
}

/** What an event turned out to be. `error` wins over anything else that the event says. */
export type ParsedChunk =
  { kind: 'chunk'; chunk: ChatChunk } | { kind: 'error'; error: WireError } | { kind: 'garbage' };

/**
 * Reads the data of one event. Tolerates empty `choices`, null content and unknown fields; anything that is not such a
 * chunk at all is `garbage`.
 */
export function parseChatChunk(data: string): ParsedChunk {
  const result = chunk.safeParse(parseJson(data));
  if (!result.success) return { kind: 'garbage' };
  const { error, choices, usage } = result.data;
  if (error != null) return { kind: 'error', error: wireError(error) };
  const first = choices?.[0];
  const delta = first?.delta;
  return {
    kind: 'chunk',
    chunk: {
      text: contentText(delta?.content) ?? first?.text ?? '',
      ...(delta?.refusal && { refusal: delta.refusal }),
      ...((delta?.function_call?.name || delta?.function_call?.arguments) && { legacyCall: true }),
      reasoning:
        delta?.reasoning_content || delta?.reasoning || delta?.thinking || thoughtIn(delta?.content) || '',
      toolCalls: delta?.tool_calls?.map(toToolCallDelta) ?? [],
      ...(first?.finish_reason && { finishReason: first.finish_reason }),
      ...(usage && {
        usage: { promptTokens: usage.prompt_tokens ?? 0, completionTokens: usage.completion_tokens ?? 0 },
      }),
    },
  };
}

const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['stop_sequence', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['tool_calls', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['content_filter', 'content_filter'],
]);

/** The finish reason in our words, or undefined for one that does not mean an answer ended well. */
export function finishReasonOf(word: string): FinishReason | undefined {
  return finishReasons.get(word);
}

/** Reads `{error: {type, code, message}}` or any other shape a server may send, keeping only short words. */
export function wireError(value: unknown): WireError {
  const { type, code } = z
    .looseObject({ type: z.unknown().optional(), code: z.unknown().optional() })
    .catch({ type: undefined, code: undefined })
    .parse(value);
  return {
    ...(isWord(type) && { type }),
    ...((isWord(code) || typeof code === 'number') && { code: `${code}` }),
  };
}

// A server may quote the prompt anywhere in its error; a short word is all that can be trusted not to hold text.
function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value);
}

/** Parses JSON; undefined for what is not. The engine's own error would quote the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Content = string | z.infer<typeof parts> | null | undefined;

function contentText(content: Content): string | undefined {
  if (!Array.isArray(content)) return content ?? undefined;
  return content.map((part) => (part.type === 'text' ? (part.text ?? '') : '')).join('');
}

function thoughtIn(content: Content): string {
  if (!Array.isArray(content)) return '';
  return content
    .flatMap(({ thinking }) => thinking ?? [])
    .map((part) => part.text ?? '')
    .join('');
}

function toToolCallDelta({ index, id, function: call }: z.infer<typeof toolCall>): ToolCallDelta {
  return {
    index,
    ...(id != null && { id, type: 'function' as const }),
    ...(call && {
      function: {
        ...(call.name != null && { name: call.name }),
        ...(call.arguments != null && { arguments: call.arguments }),
      },
    }),
  };
}
