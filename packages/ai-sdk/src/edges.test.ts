import {
  APICallError,
  type LanguageModelV4CallOptions,
  type LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { type AlignEvent, StreamAlignerError } from '@stream-aligner/core';
import { expect, it, describe } from 'vitest';
import { startAlignedStream } from './aligned-stream.ts';
import { collect } from './collect.ts';
import type { AlignMiddlewareOptions } from './options.ts';
import { readStream } from './read-stream.ts';
import { createAligner, twosToThrees } from './testing/aligner.ts';
import {
  ASKING,
  createModel,
  createTextModel,
  finishPart,
  partsOf,
  type TestModel,
  textParts,
} from './testing/model.ts';

const user = (text: string): LanguageModelV4CallOptions['prompt'][number] => ({
  role: 'user',
  content: [{ type: 'text', text }],
});

function start(
  model: TestModel,
  options: Partial<AlignMiddlewareOptions> = {},
  params: Partial<LanguageModelV4CallOptions> = {},
) {
  return startAlignedStream({
    model,
    params: { prompt: [user('Why?')], ...params },
    options: { aligner: twosToThrees, continuation: 'native', ...options },
  });
}

const answer = async (...args: Parameters<typeof start>) => {
  const result = await collect(await start(...args));
  return result.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
};

describe('a continuation', () => {
  const text = 'Cats purr. Cats have 2 legs. They climb.';

  it('is asked for by a trailing assistant message, with the provider options that it wants', async () => {
    const model = createTextModel(text);
    const continuationOptions = { test: { continue_final_message: true } };
    const providerOptions = { test: { top_k: 1 } };
    const stopSequences = ['END'];
    const params = { providerOptions, stopSequences, maxOutputTokens: 50 };
    expect(await answer(model, { continuationOptions, countTokens: (t) => t.length }, params)).toBe(
      'Cats purr. Cats have 3 legs. They climb.',
    );
    expect(model.calls).toHaveLength(2);
    expect(model.calls[0]).toMatchObject({ prompt: [user('Why?')], maxOutputTokens: 50, providerOptions });
    expect(model.calls[0]).not.toHaveProperty('stopSequences');
    expect(model.calls[1]).toMatchObject({
      prompt: [
        user('Why?'),
        { role: 'assistant', content: [{ type: 'text', text: 'Cats purr. Cats have 3 legs.' }] },
      ],
      maxOutputTokens: 50 - 'Cats purr. Cats have 3 legs.'.length,
      providerOptions: { test: { top_k: 1, continue_final_message: true } },
    });
  });

  it('is emulated by one more user message unless declared native', async () => {
    const model = createModel(function* (prefix) {
      // A new turn: it begins without whitespace, and repeats a little first.
      yield* textParts(prefix === '' ? text : `${prefix.slice(-17)} ${text.slice(prefix.length).trim()}`);
      yield finishPart('stop');
    });
    const result = await collect(
      await start(model, { continuation: 'emulated', continuationPrompt: ASKING }),
    );
    expect(result.content).toEqual([{ type: 'text', text: 'Cats purr. Cats have 3 legs. They climb.' }]);
    expect(model.calls[1]?.prompt).toEqual([user('Why?'), user('Go on:Cats purr. Cats have 3 legs.')]);
    expect(result.providerMetadata?.['streamAligner']).toMatchObject({ continuation: 'emulated' });
  });

  it('is not doubled by a model that repeats the answer so far', async () => {
    const model = createModel(function* () {
      yield* textParts(text);
      yield finishPart('stop');
    });
    expect(await answer(model, { aligner: createAligner((draft) => draft), lookahead: 0 })).toBe(text);
    expect(model.calls.length).toBeGreaterThan(1);
  });

  it('goes on from an assistant message that ends the prompt', async () => {
    const assistant = {
      role: 'assistant' as const,
      content: [{ type: 'text' as const, text: 'Cats purr.' }],
    };
    const model = createTextModel(text);
    expect(await answer(model, {}, { prompt: [user('Why?'), assistant] })).toBe(
      ' Cats have 3 legs. They climb.',
    );
    expect(model.calls[1]?.prompt.at(-1)).toMatchObject({
      content: [{ type: 'text', text: 'Cats purr. Cats have 3 legs.' }],
    });
  });
});

describe('JSON', () => {
  it('is held back and judged whole', async () => {
    const drafts: string[] = [];
    const aligner = createAligner((draft) => {
      drafts.push(draft);
      return draft;
    });
    const json = '{\n  "a": "One.",\n\n  "b": "Two. Three."\n}';
    const params = { responseFormat: { type: 'json' as const } };
    expect(await answer(createTextModel(json), { aligner }, params)).toBe(json);
    expect(drafts).toEqual([json]);
  });
});

describe('a failure', () => {
  const refusal = (statusCode: number, responseHeaders: Record<string, string> = {}) =>
    new APICallError({ message: 'no', url: 'http://x', requestBodyValues: {}, statusCode, responseHeaders });

  it('before the answer begins is the model’s own error, tried again by nobody but the AI SDK', async () => {
    for (const error of [refusal(503), refusal(401), new Error('no such host')]) {
      const model = createTextModel('');
      let calls = 0;
      model.doStream = async () => {
        calls += 1;
        throw error;
      };
      const failed = await start(model).catch((reason: unknown) => reason);
      if (APICallError.isInstance(error)) expect(failed).toBe(error);
      else expect(failed).toMatchObject({ code: 'upstream-failed', cause: error });
      expect(calls).toBe(1);
    }
  });

  it.each([
    [429, 'overloaded'],
    [503, 'upstream-failed'],
    [400, 'upstream-rejected'],
  ])('on a restart, status %i, is an error part with code %s', async (status, code) => {
    const model = createTextModel('Cats have 2 legs. They climb.');
    const { doStream } = model;
    model.doStream = async (call) => {
      if (call.prompt.at(-1)?.role === 'assistant') throw refusal(status, { 'retry-after': '3' });
      return doStream(call);
    };
    const parts = await partsOf(await start(model, { recovery: { attempts: 0 } }));
    const last = parts.at(-1);
    expect(parts.some(({ type }) => type === 'finish')).toBe(false);
    if (last?.type !== 'error') throw new Error('no error part');
    expect(last.error).toMatchObject({ code, details: { status, retryAfterSeconds: 3 } });
    await expect(start(model, { recovery: { attempts: 0 } }).then(collect)).rejects.toMatchObject({ code });
  });

  it('in mid-answer is recovered from the accepted text', async () => {
    const text = 'Cats purr. They climb. They sleep.';
    let failures = 1;
    const model = createModel(function* (prefix) {
      yield { type: 'stream-start', warnings: [] };
      if (failures-- > 0) {
        yield* textParts('Cats purr. They');
        yield { type: 'error', error: new Error('gone') };
      } else {
        yield* textParts(text.slice(prefix.length));
        yield finishPart('stop');
      }
    });
    const recovery = { backoffMs: 0 };
    const result = await collect(await start(model, { recovery }));
    expect(result.content).toEqual([{ type: 'text', text }]);
    expect(result.providerMetadata?.['streamAligner']).toMatchObject({ recoveries: 1 });
  });

  it.each([
    ['no finish at all', null, 'upstream-truncated'],
    ['a finish that the provider had to make up', finishPart('other', null), 'upstream-truncated'],
    ['an interruption', finishPart('interrupted'), 'upstream-truncated'],
    ['an error as finish', finishPart('error'), 'upstream-failed'],
  ])('is never a finish: %s', async (_name, finish, code) => {
    await expect(start(endingIn(finish), { recovery: { attempts: 0 } }).then(collect)).rejects.toMatchObject({
      code,
    });
  });

  it('is what a model reports as one, though it goes on and finishes', async () => {
    const model = createModel(function* () {
      yield* textParts('Cats purr.');
      yield { type: 'error', error: new Error('gone') };
      yield* textParts(' They');
      yield finishPart('stop');
    });
    await expect(start(model, { recovery: { attempts: 0 } }).then(collect)).rejects.toMatchObject({
      code: 'upstream-failed',
    });
  });

  it('is not a finish for a reason that only the server knows', async () => {
    const result = await collect(await start(endingIn(finishPart('other', 'pause_turn'))));
    expect(result.finishReason).toEqual({ unified: 'other', raw: 'pause_turn' });
  });

  it('of the aligner is an error part too, and nothing of the sentence leaves', async () => {
    const aligner = createAligner(() => {
      throw new StreamAlignerError('aligner-unparsable', 'No verdict.');
    });
    const { stream } = await start(createTextModel('Secret.'), { aligner });
    const parts = await partsOf({ stream });
    expect(JSON.stringify(parts)).not.toContain('Secret');
    expect(parts.at(-1)).toMatchObject({ type: 'error', error: { code: 'aligner-unparsable' } });
  });
});

describe('leaving', () => {
  const endless = () =>
    createModel(async function* () {
      yield { type: 'stream-start', warnings: [] };
      yield* textParts('Cats purr. They');
      await new Promise(() => {});
    });

  it('cancels the model’s stream when the reader leaves', async () => {
    const cancelled = Promise.withResolvers<void>();
    const model = endless();
    const { doStream } = model;
    model.doStream = async (call) => {
      call.abortSignal?.addEventListener('abort', () => cancelled.resolve());
      return doStream(call);
    };
    const { stream } = await start(model);
    const reader = stream.getReader();
    while ((await reader.read()).value?.type !== 'text-delta');
    // The next sentence never ends: this read waits for ever.
    const pending = reader.read();
    await reader.cancel();
    await cancelled.promise;
    expect(await pending).toEqual({ done: true, value: undefined });
  });

  it('does not wait for a stream that hangs', async () => {
    const hanging = Promise.withResolvers<unknown>();
    const caller = new AbortController();
    const stream = new ReadableStream<string>({ cancel: hanging.resolve });
    const next = readStream(stream, caller.signal).next();
    caller.abort('enough');
    expect(await hanging.promise).toBe('enough');
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('breaks the stream with the caller’s reason when the caller aborts', async () => {
    const caller = new AbortController();
    const { stream } = await start(endless(), {}, { abortSignal: caller.signal });
    const reader = stream.getReader();
    await reader.read();
    caller.abort(new Error('enough'));
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toThrow('enough');
    await expect(start(endless(), {}, { abortSignal: caller.signal })).rejects.toThrow('enough');
  });
});

it('tells of everything that happens', async () => {
  const seen: AlignEvent['type'][] = [];
  await answer(createTextModel('Part 2.'), { onEvent: ({ type }) => seen.push(type) });
  expect(seen).toContain('sentence-rewritten');
  expect(seen.at(-1)).toBe('answer-finished');
});

function endingIn(finish: LanguageModelV4StreamPart | null): TestModel {
  return createModel(function* () {
    yield* textParts('Cats purr.');
    if (finish) yield finish;
  });
}
