import type { ChatMessage, ContentPart } from '@stream-aligner/core';
import * as z from 'zod';

const part = z.discriminatedUnion(
  'type',
  [
    z.looseObject({ type: z.enum(['input_text', 'output_text']), text: z.string() }),
    z.looseObject({ type: z.literal('refusal'), refusal: z.string() }),
    z.looseObject({
      type: z.literal('input_image'),
      image_url: z.string({ error: 'expected an address or a data URL: no files are kept here' }),
      detail: z.string().nullish(),
    }),
  ],
  { error: 'expected a `type` of "input_text", "output_text", "refusal" or "input_image"' },
);
type Part = z.infer<typeof part>;

/** Text alone is short for one part of text. */
const parts = z.preprocess(
  (value) => (typeof value === 'string' ? [{ type: 'input_text', text: value }] : value),
  z.array(part, { error: 'expected text or a list of parts' }),
);

const message = z
  .looseObject({
    type: z.literal('message'),
    role: z.enum(['user', 'assistant', 'system', 'developer'], {
      error: 'expected one of "user", "assistant", "system", "developer"',
    }),
    content: parts,
  })
  .refine(
    ({ role, content }) => role !== 'assistant' || content.every(({ type }) => type !== 'input_image'),
    {
      error: 'a message of role "assistant" holds text alone',
      path: ['content'],
    },
  );

const item = z.preprocess(
  // The short form of a message has no type.
  (value) => (isObject(value) && !Object.hasOwn(value, 'type') ? { ...value, type: 'message' } : value),
  z.discriminatedUnion(
    'type',
    [
      message,
      z.looseObject({
        type: z.literal('function_call'),
        call_id: z.string().min(1),
        name: z.string().min(1),
        arguments: z.string(),
      }),
      z.looseObject({ type: z.literal('function_call_output'), call_id: z.string().min(1), output: parts }),
      z.looseObject({ type: z.literal('reasoning') }),
    ],
    {
      error:
        'expected a `type` of "message", "function_call", "function_call_output" or "reasoning"; no items are kept here to refer to',
    },
  ),
);

/** The `input` of a Responses request. Text alone is short for one message of the user. */
export const responsesInput = z.preprocess(
  (value) => (typeof value === 'string' ? [{ role: 'user', content: value }] : value),
  z
    .array(item, { error: 'expected text or a list of items' })
    .min(1, { error: 'expected at least one item' }),
);

/** Checked items, in order. */
export type ResponsesInput = z.infer<typeof responsesInput>;

/**
 * Items as messages of the chat API. Calls join the assistant's message before them, since a chat's results must follow
 * the one message that asked for them; reasoning of earlier turns is left out, as chat templates do.
 */
export function chatMessages(items: ResponsesInput): ChatMessage[] {
  const messages: ChatMessage[] = [];
  for (const item of items) {
    if (item.type === 'message') messages.push({ role: item.role, content: contentOf(item.content) });
    if (item.type === 'function_call_output')
      messages.push({ role: 'tool', tool_call_id: item.call_id, content: contentOf(item.output) });
    if (item.type !== 'function_call') continue;
    const { call_id: id, name, arguments: given } = item;
    const call = { id, type: 'function', function: { name, arguments: given } };
    const last = messages.at(-1);
    const calls = last?.['tool_calls'];
    if (last?.role === 'assistant') last['tool_calls'] = [...(Array.isArray(calls) ? calls : []), call];
    else messages.push({ role: 'assistant', content: null, tool_calls: [call] });
  }
  return messages;
}

/** One part of text is a string, which every server takes. */
function contentOf(given: Part[]): string | ContentPart[] {
  const content = given.map(chatPart);
  const [only] = content;
  return content.length === 1 && only?.type === 'text' ? String(only['text']) : content;
}

function chatPart(given: Part): ContentPart {
  if (given.type === 'refusal') return { type: 'text', text: given.refusal };
  if (given.type !== 'input_image') return { type: 'text', text: given.text };
  const { image_url: url, detail } = given;
  return { type: 'image_url', image_url: { url, ...(detail != null && { detail }) } };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
