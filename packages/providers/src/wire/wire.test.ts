import { StreamAlignerError } from '@stream-aligner/core';
import { describe, expect, it } from 'vitest';
import { finishReasonOf, parseChatChunk } from './chat-chunk.ts';
import { parseChatRequest, splitChatRequest } from './chat-request.ts';
import { errorEnvelope, errorShapes } from './error-envelope.ts';

const asked = { model: 'm', messages: [{ role: 'user', content: 'Why?' }] };

function mistake(body: unknown): StreamAlignerError {
  try {
    parseChatRequest(body);
  } catch (error) {
    if (StreamAlignerError.isInstance(error)) return error;
  }
  throw new Error('It was accepted.');
}

describe('a chat request', () => {
  it('keeps what we do not read', () => {
    const body = {
      ...asked,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Why?' },
            { type: 'image_url', image_url: { url: 'x' } },
          ],
          name: 'ann',
        },
      ],
      response_format: { type: 'json_object' },
      max_tokens: null,
    };
    expect(parseChatRequest(body)).toEqual(body);
  });

  it.each<[string, unknown, string]>([
    ['not an object', [], ''],
    ['null', null, ''],
    ['no model', { messages: asked.messages }, 'model'],
    ['no messages', { model: 'm', messages: [] }, 'messages'],
    ['an unknown role', { ...asked, messages: [{ role: 'king', content: 'x' }] }, 'messages[0].role'],
    [
      'wrong content',
      { ...asked, messages: [...asked.messages, { role: 'user', content: 7 }] },
      'messages[1].content',
    ],
    ['no content', { ...asked, messages: [{ role: 'user' }] }, 'messages[0].content'],
    ['a wrong temperature', { ...asked, temperature: 'hot' }, 'temperature'],
    ['too few tokens', { ...asked, max_tokens: 0 }, 'max_tokens'],
    ['an empty stop', { ...asked, stop: [''] }, 'stop[0]'],
    ['a wrong option', { ...asked, stream_options: { include_usage: 1 } }, 'stream_options.include_usage'],
  ])('names the path of a mistake: %s', (_name, body, param) => {
    const error = mistake(body);
    expect(error.code).toBe('invalid-request');
    expect(error.message).toContain(param || 'the body');
    expect(error.details['param']).toBe(param || undefined);
  });

  it('never repeats a value', () => {
    const error = mistake({
      ...asked,
      messages: [{ role: 'secret', content: { secret: 'secret' } }],
      model: { secret: 1 },
    });
    expect(error.message).not.toContain('secret');
  });

  it('is cut into parts', () => {
    const request = parseChatRequest({
      ...asked,
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 5,
      max_completion_tokens: 7,
      temperature: 0,
      top_p: 0.5,
      seed: 1,
      stop: 'END',
      n: 1,
      user: 'ann',
      stream_aligner: { trace: true },
    });
    expect(splitChatRequest(request, ['stream_aligner'])).toEqual({
      model: 'm',
      messages: asked.messages,
      stream: true,
      includeUsage: true,
      params: { maxTokens: 7, temperature: 0, topP: 0.5, seed: 1, stop: ['END'], extra: { user: 'ann' } },
    });
    expect(splitChatRequest(parseChatRequest(asked))).toMatchObject({
      stream: false,
      includeUsage: false,
      params: {},
    });
  });
});

describe('a chat chunk', () => {
  const chunk = (value: unknown) => {
    const parsed = parseChatChunk(JSON.stringify(value));
    return parsed.kind === 'chunk' ? parsed.chunk : parsed.kind;
  };
  const nothing = { text: '', reasoning: '', toolCalls: [] };

  it.each<[string, unknown, unknown]>([
    ['text', { choices: [{ delta: { content: 'a' } }] }, { ...nothing, text: 'a' }],
    ['raw text', { choices: [{ text: 'a', finish_reason: null }] }, { ...nothing, text: 'a' }],
    ['null content', { choices: [{ delta: { role: 'assistant', content: null } }] }, nothing],
    ['no choices', { choices: [], prompt_filter_results: [] }, nothing],
    ['vLLM reasoning', { choices: [{ delta: { reasoning: 'a' } }] }, { ...nothing, reasoning: 'a' }],
    [
      'SGLang reasoning',
      { choices: [{ delta: { reasoning_content: 'a', content: null } }] },
      { ...nothing, reasoning: 'a' },
    ],
    ['Ollama thinking', { choices: [{ delta: { thinking: 'a' } }] }, { ...nothing, reasoning: 'a' }],
    [
      'both reasonings',
      { choices: [{ delta: { reasoning_content: 'a', reasoning: 'a' } }] },
      { ...nothing, reasoning: 'a' },
    ],
    ['a finish', { choices: [{ delta: {}, finish_reason: 'stop' }] }, { ...nothing, finishReason: 'stop' }],
    [
      'usage',
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } },
      { ...nothing, usage: { promptTokens: 3, completionTokens: 4 } },
    ],
    [
      'a tool call',
      {
        choices: [
          {
            delta: {
              tool_calls: [{ index: 1, id: 'c', type: 'function', function: { name: 'f', arguments: '' } }],
            },
          },
        ],
      },
      {
        ...nothing,
        toolCalls: [{ index: 1, id: 'c', type: 'function', function: { name: 'f', arguments: '' } }],
      },
    ],
    [
      'more of it',
      { choices: [{ delta: { tool_calls: [{ index: 1, function: { arguments: '{' } }] } }] },
      { ...nothing, toolCalls: [{ index: 1, function: { arguments: '{' } }] },
    ],
    ['a refusal', { choices: [{ delta: { refusal: 'a', content: null } }] }, { ...nothing, refusal: 'a' }],
    [
      'a legacy call',
      { choices: [{ delta: { function_call: { arguments: '{' } } }] },
      { ...nothing, legacyCall: true },
    ],
    ['no refusal and no call', { choices: [{ delta: { refusal: '', function_call: null } }] }, nothing],
    [
      'an error among text',
      { error: { message: 'x' }, choices: [{ delta: { content: 'a' }, finish_reason: 'stop' }] },
      'error',
    ],
    ['an error in a string', { error: 'broken' }, 'error'],
    ['wrong content', { choices: [{ delta: { content: 7 } }] }, 'garbage'],
    ['a number', 7, 'garbage'],
  ])('%s', (_name, value, expected) => {
    expect(chunk(value)).toEqual(expected);
  });

  it('that is not JSON is garbage', () => {
    expect(parseChatChunk('{"choices"')).toEqual({ kind: 'garbage' });
  });

  it('repeats of an error only what cannot be text', () => {
    const error = { message: 'a secret', type: 'server_error', code: 'a secret code' };
    expect(parseChatChunk(JSON.stringify({ error }))).toEqual({
      kind: 'error',
      error: { type: 'server_error' },
    });
  });

  it('ends well only for known reasons', () => {
    expect(['stop', 'eos_token', 'length', 'function_call', 'content_filter'].map(finishReasonOf)).toEqual([
      'stop',
      'stop',
      'length',
      'tool_calls',
      'content_filter',
    ]);
    expect(['abort', 'error', 'constructor', '__proto__'].map(finishReasonOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('an error envelope', () => {
  it.each(Object.entries(errorShapes))('%s', (code, shape) => {
    const error = new StreamAlignerError(code as keyof typeof errorShapes, 'It failed.');
    const { status, body } = errorEnvelope(error);
    expect(status).toBe(shape.status);
    expect(body).toEqual({
      error: { message: 'It failed.', type: shape.type, param: null, code: shape.code ?? code },
    });
  });

  it('takes its field and its status from the details, where the code allows', () => {
    const unknownModel = new StreamAlignerError('invalid-request', 'No such model.', {
      details: { status: 404, param: 'model', code: 'model_not_found' },
    });
    expect(errorEnvelope(unknownModel)).toMatchObject({
      status: 404,
      body: { error: { param: 'model', code: 'model_not_found' } },
    });
    // The upstream did not take our key: that is not the client's 401.
    const keyRefused = new StreamAlignerError('upstream-rejected', 'No.', { details: { status: 401 } });
    expect(errorEnvelope(keyRefused).status).toBe(502);
  });

  it('tells nothing of errors that are not ours', () => {
    const { status, body } = errorEnvelope(new TypeError('a secret'));
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
  });
});
