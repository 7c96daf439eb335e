import { type ChatMessage, type ContentPart, StreamAlignerError, textOf } from '@stream-aligner/core';
import { parseJson } from '../../wire/chat-chunk.ts';

/** One block of a turn in Anthropic's words. */
export type AnthropicBlock =
  | { type: 'text'; text: string }
  | {
      type: 'image';
      source: { type: 'url'; url: string } | { type: 'base64'; media_type: string; data: string };
    }
  | { type: 'tool_use'; id: string; name: string; input: unknown }
  | { type: 'tool_result'; tool_use_id: string; content: string };

/** One turn; neighbours never have the same role. */
export interface AnthropicTurn {
  role: 'user' | 'assistant';
  content: AnthropicBlock[];
}

/**
 * A conversation in Anthropic's words: instructions apart from the turns, tool results as blocks of the user's turn,
 * neighbours of one role joined, empty text left out. Throws `invalid-request` for content that it has no word for.
 */
export function toAnthropicMessages(messages: readonly ChatMessage[]): {
  system?: string;
  messages: AnthropicTurn[];
} {
  const system = messages
    .filter(({ role }) => role === 'system' || role === 'developer')
    .map(textOf)
    .filter((text) => text !== '')
    .join('\n\n');
  const turns: AnthropicTurn[] = [];
  for (const message of messages) {
    if (message.role === 'system' || message.role === 'developer') continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = blocksOf(message);
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else if (content.length > 0) turns.push({ role, content });
  }
  return { ...(system && { system }), messages: turns };
}

function blocksOf(message: ChatMessage): AnthropicBlock[] {
  const { role, content } = message;
  if (role === 'tool') {
    return [
      { type: 'tool_result', tool_use_id: String(message['tool_call_id'] ?? ''), content: textOf(message) },
    ];
  }
  const parts: ContentPart[] =
    typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);
  const calls = Array.isArray(message['tool_calls']) ? (message['tool_calls'] as unknown[]) : [];
  return [...parts.flatMap(blockOf), ...calls.map(toolUseOf)];
}

function blockOf(part: ContentPart): AnthropicBlock[] {
  if (part.type === 'text') {
    const text = String((part as { text?: unknown }).text ?? '');
    return text.trim() === '' ? [] : [{ type: 'text', text }];
  }
  const image =
    part.type === 'image_url' ? (part as { image_url?: { url?: unknown } }).image_url?.url : undefined;
  if (typeof image !== 'string') {
    throw new StreamAlignerError(
      'invalid-request',
      'A message holds a part that Anthropic has no word for. It takes parts of type "text" and "image_url".',
      { details: { param: 'messages' } },
    );
  }
  const [, mediaType, data] = /^data:([\w.+/-]+);base64,(.*)$/s.exec(image) ?? [];
  return mediaType !== undefined && data !== undefined
    ? [{ type: 'image', source: { type: 'base64', media_type: mediaType, data } }]
    : [{ type: 'image', source: { type: 'url', url: image } }];
}

function toolUseOf(call: unknown): AnthropicBlock {
  const { id, function: called } = call as {
    id?: unknown;
    function?: { name?: unknown; arguments?: unknown };
  };
  return {
    type: 'tool_use',
    id: String(id ?? ''),
    name: String(called?.name ?? ''),
    input: parseJson(String(called?.arguments ?? '')) ?? {},
  };
}
