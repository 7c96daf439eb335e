import type { ChatMessage } from '@stream-aligner/core';
import { describe, expect, it } from 'vitest';
import { resolveEndpoint } from '../../http/endpoint.ts';
import { toAnthropicMessages } from './messages.ts';
import { createAnthropicReader } from './read-events.ts';
import { anthropicRequest } from './request.ts';

const text = (value: string) => ({ type: 'text', text: value });

describe('a conversation in Anthropic’s words', () => {
  it('has its instructions apart and its turns joined', () => {
    const messages: ChatMessage[] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hello.' },
      { role: 'developer', content: 'Be kind.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'text', text: ' ' },
        ],
      },
      { role: 'assistant', content: 'So far.' },
    ];
    expect(toAnthropicMessages(messages)).toEqual({
      system: 'Be brief.\n\nBe kind.',
      messages: [
        { role: 'user', content: [text('Hello.'), text('What is it?')] },
        { role: 'assistant', content: [text('So far.')] },
      ],
    });
  });

  it('has images by address and by value, and refuses what it has no word for', () => {
    const image = (url: string): ChatMessage[] => [
      { role: 'user', content: [{ type: 'image_url', image_url: { url } }] },
    ];
    expect(toAnthropicMessages(image('https://x.org/a.png')).messages[0]?.content).toEqual([
      { type: 'image', source: { type: 'url', url: 'https://x.org/a.png' } },
    ]);
    expect(toAnthropicMessages(image('data:image/png;base64,AAAA')).messages[0]?.content).toEqual([
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
    ]);
    expect(() => toAnthropicMessages([{ role: 'user', content: [{ type: 'input_audio' }] }])).toThrow(
      expect.objectContaining({ code: 'invalid-request' }),
    );
  });

  it('has calls and their results', () => {
    const call = (id: string) => ({
      id,
      type: 'function',
      function: { name: 'look_up', arguments: '{"what":"it"}' },
    });
    const messages: ChatMessage[] = [
      { role: 'user', content: 'What is it?' },
      { role: 'assistant', content: 'Let me see.', tool_calls: [call('a'), call('b')] },
      { role: 'tool', tool_call_id: 'a', content: 'A stone.' },
      { role: 'tool', tool_call_id: 'b', content: 'A star.' },
      { role: 'user', content: 'Well?' },
    ];
    const use = (id: string) => ({ type: 'tool_use', id, name: 'look_up', input: { what: 'it' } });
    const result = (id: string, content: string) => ({ type: 'tool_result', tool_use_id: id, content });
    expect(toAnthropicMessages(messages).messages).toEqual([
      { role: 'user', content: [text('What is it?')] },
      { role: 'assistant', content: [text('Let me see.'), use('a'), use('b')] },
      { role: 'user', content: [result('a', 'A stone.'), result('b', 'A star.'), text('Well?')] },
    ]);
  });
});

describe('a request in Anthropic’s words', () => {
  const request = (extra: Record<string, unknown>, configured = {}, maxTokens?: number) =>
    anthropicRequest({
      model: 'm',
      params: { temperature: 0.5, topP: 0.9, seed: 1, stop: ['END'], extra },
      maxTokens,
      configured,
      path: '/chat/completions',
      conversation: { messages: [{ role: 'user', content: 'Hi.' }] },
    });

  it('has what it knows, and leaves out what it has no word for', () => {
    const configured = { cache_control: { type: 'ephemeral' }, stream: false, stop_sequences: ['x'] };
    expect(request({ top_k: 3, store: true, stream_options: {}, logit_bias: {} }, configured, 30)).toEqual({
      path: '/messages',
      body: {
        model: 'm',
        stream: true,
        max_tokens: 30,
        temperature: 0.5,
        top_p: 0.9,
        top_k: 3,
        cache_control: { type: 'ephemeral' },
        messages: [{ role: 'user', content: [text('Hi.')] }],
      },
    });
    expect(request({}).body['max_tokens']).toBe(8192);
    expect(request({}, { max_tokens: 100 }).body['max_tokens']).toBe(100);
    expect(request({}, { max_tokens: 100 }, 20).body['max_tokens']).toBe(20);
  });

  it.each([
    ['auto', undefined, { type: 'auto' }],
    ['none', false, { type: 'none' }],
    ['required', false, { type: 'any', disable_parallel_tool_use: true }],
    [{ type: 'function', function: { name: 'f' } }, undefined, { type: 'tool', name: 'f' }],
    [undefined, false, { type: 'auto', disable_parallel_tool_use: true }],
    [undefined, undefined, undefined],
  ])('has tools, chosen by %o', (tool_choice, parallel_tool_calls, expected) => {
    const tools = [
      { type: 'function', function: { name: 'f', description: 'Does.', parameters: { type: 'object' } } },
    ];
    const { body } = request({ tools, tool_choice, parallel_tool_calls });
    expect(body['tools']).toEqual([{ name: 'f', description: 'Does.', input_schema: { type: 'object' } }]);
    expect(body['tool_choice']).toEqual(expected);
  });

  it('cannot promise a format', () => {
    expect(() => request({ response_format: { type: 'json_object' } })).toThrow(
      expect.objectContaining({ code: 'upstream-rejected' }),
    );
    expect(request({ response_format: { type: 'text' } }).body).not.toHaveProperty('response_format');
  });
});

it('no prefix goes with a thought before it', () => {
  const request = (thinking: object) =>
    anthropicRequest({
      model: 'm',
      params: {},
      maxTokens: 9,
      configured: { thinking },
      path: '/chat/completions',
      conversation: {
        messages: [
          { role: 'user', content: 'Hi.' },
          { role: 'assistant', content: 'So far.' },
        ],
      },
    });
  expect(() => request({ type: 'enabled', budget_tokens: 1024 })).toThrow(
    expect.objectContaining({ code: 'upstream-rejected', message: expect.stringContaining('emulated') }),
  );
  expect(request({ type: 'disabled' }).body['thinking']).toEqual({ type: 'disabled' });
});

describe('Anthropic’s events', () => {
  const endpoint = resolveEndpoint('upstream', { baseUrl: 'http://127.0.0.1:1/v1' });
  const reader = () => {
    const read = createAnthropicReader(endpoint);
    return (event: object) => read({ data: JSON.stringify(event) });
  };

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool_calls'],
    ['refusal', 'content_filter'],
  ])('%s is %s', (stop_reason, reason) => {
    expect(reader()({ type: 'message_delta', delta: { stop_reason }, usage: { output_tokens: 4 } })).toEqual({
      events: [{ type: 'usage', usage: { promptTokens: 0, completionTokens: 4 } }],
      finish: reason,
    });
  });

  it.each(['pause_turn', 'toString', 'something_new'])('%s is no good end', (stop_reason) => {
    expect(() => reader()({ type: 'message_delta', delta: { stop_reason } })).toThrow(
      expect.objectContaining({ code: 'upstream-failed' }),
    );
  });

  it('count what was cached, and forget nothing of the prompt', () => {
    const read = reader();
    const usage = {
      input_tokens: 3,
      cache_creation_input_tokens: 5,
      cache_read_input_tokens: 7,
      output_tokens: 1,
    };
    expect(read({ type: 'message_start', message: { usage } })).toEqual({ events: [] });
    const { events } = read({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 9 },
    });
    expect(events).toEqual([{ type: 'usage', usage: { promptTokens: 15, completionTokens: 9 } }]);
    expect(read({ type: 'message_stop' })).toEqual({ events: [], end: true });
  });

  it('number calls one after another, and leave out what a tool of the server reads', () => {
    const read = reader();
    const start = (index: number, type: string) =>
      read({ type: 'content_block_start', index, content_block: { type, id: `i${index}`, name: 'f' } })
        .events;
    const piece = (index: number) =>
      read({ type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: '{}' } })
        .events;
    expect(start(1, 'server_tool_use')).toEqual([]);
    expect(piece(1)).toEqual([]);
    expect(start(2, 'tool_use')[0]).toMatchObject({ delta: { index: 0, id: 'i2' } });
    expect(start(4, 'tool_use')[0]).toMatchObject({ delta: { index: 1, id: 'i4' } });
    expect(piece(4)[0]).toMatchObject({ delta: { index: 1, function: { arguments: '{}' } } });
  });

  it('may be new ones, but not garbage', () => {
    expect(reader()({ type: 'ping' })).toEqual({ events: [] });
    expect(reader()({ type: 'never_seen' })).toEqual({ events: [] });
    expect(() => createAnthropicReader(endpoint)({ data: 'secret' })).toThrow(
      expect.objectContaining({ code: 'upstream-failed', message: expect.not.stringContaining('secret') }),
    );
  });
});
