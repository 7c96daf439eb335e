import type { ChatMessage, ContentPart } from '@stream-aligner/core';
import { type Contract, type Fields, type Refusal, type Understood, type Voice } from './contract.ts';
import { isRefusal, understandChat } from './understand.ts';

const known = new Set(
  'model messages system max_tokens stream stop_sequences temperature top_k top_p tools tool_choice thinking metadata service_tier cache_control'.split(
    ' ',
  ),
);

/**
 * Anthropic's Messages API, documented: strict fields, roles and blocks; a trailing assistant turn is continued by models
 * that take one (a name with `no-prefill` is of those that do not); named events and no `[DONE]`.
 */
export const anthropic: Contract = {
  base: '/v1',
  key: 'x-api-key',
  paths: ['/v1/messages'],
  read({ headers, body }) {
    if (headers['anthropic-version'] !== '2023-06-01')
      return refusal('anthropic-version: header is required');
    const extra = Object.keys(body).find((name) => !known.has(name));
    if (extra !== undefined) return refusal(`${extra}: Extra inputs are not permitted`);
    if (!Number.isInteger(body['max_tokens'])) return refusal('max_tokens: Field required');
    const turns = body['messages'] as { role: string; content: { type: string; text?: string }[] }[];
    for (const { role, content } of turns) {
      if (role !== 'user' && role !== 'assistant') return refusal('messages: Unexpected role');
      const empty = content.some(({ type, text }) => type === 'text' && !text?.trim());
      if (empty) return refusal('messages: text content blocks must be non-empty');
    }
    const last = turns.at(-1);
    if (last?.role === 'assistant') {
      if (String(body['model']).includes('no-prefill')) {
        return refusal(
          'This model does not support assistant message prefill. The conversation must end with a user message.',
        );
      }
      if (/\s$/.test(last.content.at(-1)?.text ?? '')) {
        return refusal('messages: final assistant content cannot end with trailing whitespace');
      }
    }
    return understand(body, turns);
  },
  voice: createVoice,
};

function understand(
  body: Fields,
  turns: { role: string; content: { type: string }[] }[],
): Understood | Refusal {
  const messages = turns.map(
    ({ role, content }) => ({ role, content: content as ContentPart[] }) as ChatMessage,
  );
  const system: ChatMessage[] =
    typeof body['system'] === 'string' ? [{ role: 'system', content: body['system'] }] : [];
  const read = understandChat({ ...body, messages: [...system, ...messages] }, { continues: () => true });
  const thinking = body['thinking'] as { type?: unknown } | undefined;
  return isRefusal(read) ? read : { ...read, thinks: thinking?.type === 'enabled' };
}

function refusal(message: string): Refusal {
  return { status: 400, body: { type: 'error', error: { type: 'invalid_request_error', message } } };
}

function createVoice(): Voice {
  let index = -1;
  let kind = '';
  const event = (type: string, fields: object = {}) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  /** Begins a block of a kind unless it is the one that is open. */
  const block = (wanted: string, content_block: object) => {
    if (kind === wanted) return '';
    const end = kind === '' ? '' : event('content_block_stop', { index });
    kind = wanted;
    index += 1;
    return end + event('content_block_start', { index, content_block });
  };
  const delta = (fields: object) => event('content_block_delta', { index, delta: fields });
  return {
    open: () => [
      event('message_start', {
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          content: [],
          usage: {
            input_tokens: 3,
            cache_creation_input_tokens: 0,
            cache_read_input_tokens: 4,
            output_tokens: 1,
          },
        },
      }),
      event('ping'),
    ],
    text: (text) => block('text', { type: 'text', text: '' }) + delta({ type: 'text_delta', text }),
    reasoning: (thinking) =>
      block('thinking', { type: 'thinking', thinking: '', signature: '' }) +
      delta({ type: 'thinking_delta', thinking }),
    toolCall: () => [
      block('tool_use', { type: 'tool_use', id: 'call_1', name: 'look_up', input: {} }),
      delta({ type: 'input_json_delta', partial_json: '' }),
      delta({ type: 'input_json_delta', partial_json: '{"what":' }),
      delta({ type: 'input_json_delta', partial_json: '"it"}' }),
    ],
    close(finish, { completion }) {
      const stop_reason = { stop: 'end_turn', tool_calls: 'tool_use', aborted: 'pause_turn' }[finish];
      return [
        ...(kind === '' ? [] : [event('content_block_stop', { index })]),
        event('message_delta', {
          delta: { stop_reason, stop_sequence: null },
          usage: { output_tokens: completion },
        }),
        event('message_stop'),
      ];
    },
    error: () => [event('error', { error: { type: 'overloaded_error', message: 'Overloaded: secret' } })],
  };
}
