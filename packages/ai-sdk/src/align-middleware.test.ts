import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { align } from '@stream-aligner/core';
import {
  createManualClock,
  createScriptedAligner,
  createScriptedUpstream,
  settle,
  type UpstreamFault,
} from '@stream-aligner/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignMiddleware } from './align-middleware.ts';
import type { AlignMiddlewareOptions } from './options.ts';
import { twosToThrees } from './testing/aligner.ts';
import {
  createModel,
  createScriptedModel,
  finishPart,
  partsOf,
  type TestModel,
  textParts,
} from './testing/model.ts';

const prompt: LanguageModelV4CallOptions['prompt'] = [
  { role: 'user', content: [{ type: 'text', text: 'Why?' }] },
];

/** What the AI SDK does with a middleware, for one call. */
function wrapped(model: TestModel, options: Partial<AlignMiddlewareOptions> = {}) {
  const middleware = alignMiddleware({ aligner: twosToThrees, continuation: 'native', ...options });
  const operations = (params: LanguageModelV4CallOptions) => ({
    model,
    params,
    doGenerate: () => model.doGenerate(params),
    doStream: () => model.doStream(params),
  });
  return {
    async stream(params: Partial<LanguageModelV4CallOptions> = {}) {
      const result = await middleware.wrapStream?.(operations({ prompt, ...params }));
      if (!result) throw new Error('no stream');
      return result;
    },
    async parts(params: Partial<LanguageModelV4CallOptions> = {}) {
      return partsOf(await this.stream(params));
    },
    async generate(params: Partial<LanguageModelV4CallOptions> = {}) {
      const result = await middleware.wrapGenerate?.(operations({ prompt, ...params }));
      if (!result) throw new Error('no result');
      return result;
    },
    async streamed(params: Partial<LanguageModelV4CallOptions>) {
      const parts = await this.parts(params);
      return { text: textOf(parts), finish: parts.find((part) => part.type === 'finish') };
    },
    async whole(params: Partial<LanguageModelV4CallOptions>) {
      const { content, ...finish } = await this.generate(params);
      return {
        text: content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
        finish: { type: 'finish' as const, ...finish },
      };
    },
  };
}

const textOf = (parts: readonly LanguageModelV4StreamPart[]) =>
  parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join('');
const lastOf = (parts: readonly LanguageModelV4StreamPart[]) => parts.at(-1);
const typesOf = (parts: readonly LanguageModelV4StreamPart[]) =>
  parts.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);

describe('an aligned answer', () => {
  const seeds = fc.record({
    text: fc.nat(1e6),
    timing: fc.nat(1e6),
    lookahead: fc.constantFrom(0, 1, 2, 5),
    rounds: fc.constantFrom('all' as const, 1, 3),
    maxTokens: fc.option(fc.integer({ min: 1, max: 80 })),
    stop: fc.option(fc.subarray([' sat', '!', '\n'], { minLength: 1 })),
  });
  type Seed = typeof seeds extends fc.Arbitrary<infer T> ? T : never;

  function world({ text, lookahead, rounds }: Seed, timing: number) {
    const clock = createManualClock();
    const upstream = createScriptedUpstream({ clock, textSeed: text, timingSeed: timing });
    const aligner = createScriptedAligner({ clock, verdictSeed: text, timingSeed: timing + 1 });
    return { clock, upstream, aligner, options: { aligner, lookahead, rounds, clock } };
  }

  function coreAnswer(seed: Seed) {
    const { clock, upstream, options } = world(seed, seed.timing);
    const params = {
      ...(seed.maxTokens !== null && { maxTokens: seed.maxTokens }),
      ...(seed.stop && { stop: seed.stop }),
    };
    const messages = [{ role: 'user' as const, content: 'Why?' }];
    return settle(clock, align({ ...options, upstream, messages, params }));
  }

  it.each(['stream', 'generate'] as const)('is core’s, whatever the timing: %s', async (how) => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const expected = await coreAnswer(seed);
        const { clock, upstream, aligner, options } = world(seed, seed.timing + 7);
        const model = createScriptedModel(upstream);
        // Scripted answers repeat themselves at will, so an echo of the prefix is none.
        const ours = wrapped(model, { ...options, echo: 'never' });
        const { text, finish } = await settle(
          clock,
          ours[how === 'stream' ? 'streamed' : 'whole']({
            ...(seed.maxTokens !== null && { maxOutputTokens: seed.maxTokens }),
            ...(seed.stop && { stopSequences: seed.stop }),
          }),
        );
        expect(text).toBe(expected.text);
        const { kept, rewritten, restarts, sentTokens } = expected.counts;
        expect(finish?.providerMetadata?.['streamAligner']).toMatchObject({
          ...{ kept, rewritten, restarts, sentTokens },
          ...{ cause: expected.cause, continuation: 'native' },
        });
        expect(finish?.finishReason.unified).toBe(expected.reason.replaceAll('_', '-'));
        expect([model.open, upstream.holding.sessions, aligner.holding.sessions]).toEqual([0, 0, 0]);
      }),
      { numRuns: 200 },
    );
  });

  it('never looks finished when the model fails', async () => {
    const faults = fc.record({
      kind: fc.constantFrom<UpstreamFault['kind']>('cut', 'throw', 'stall'),
      afterCharacters: fc.nat(120),
    });
    await fc.assert(
      fc.asyncProperty(seeds, faults, async (seed, fault) => {
        const { clock, aligner, options } = world(seed, seed.timing);
        const upstream = createScriptedUpstream({
          ...{ clock, textSeed: seed.text, timingSeed: seed.timing },
          faultOf: () => fault,
        });
        const model = createScriptedModel(upstream);
        const { aligned, stopped } = await settle(
          clock,
          wrapped(model, { ...options, recovery: { attempts: 0 }, echo: 'never' })
            .parts()
            .then((parts) => ({ aligned: parts, stopped: parts.some(({ type }) => type === 'error') })),
        );
        const finished = aligned.some(({ type }) => type === 'finish');
        expect(finished).toBe(!stopped);
        expect([model.open, upstream.holding.sessions, aligner.holding.sessions]).toEqual([0, 0, 0]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('what is not text', () => {
  const source = (url: string) => ({ type: 'source' as const, sourceType: 'url' as const, id: url, url });
  const file = { type: 'file' as const, mediaType: 'image/png', data: { type: 'data' as const, data: 'AA' } };

  it('comes before the sentence that was being written, and is told once', async () => {
    const answer = 'Cats have ears. Cats have 2 legs. That is all.';
    const model = createModel(function* (prefix) {
      yield { type: 'stream-start', warnings: [{ type: 'other', message: 'Mind the gap.' }] };
      yield { type: 'response-metadata', id: `answer to "${prefix}"` };
      yield source('https://a.example');
      if (prefix === '') {
        yield* textParts('Cats have ears. Cats');
        yield file;
        yield* textParts(' have 2 legs. Never');
        yield source('https://forgotten.example');
        yield* textParts(' seen.');
      } else {
        yield* textParts(answer.slice(prefix.length));
      }
      yield finishPart('stop', 'end_turn');
    });
    const { content, ...rest } = await wrapped(model).generate();
    expect(content).toEqual([
      source('https://a.example'),
      { type: 'text', text: 'Cats have ears.' },
      file,
      { type: 'text', text: ' Cats have 3 legs. That is all.' },
    ]);
    expect(rest).toMatchObject({
      warnings: [{ type: 'other', message: 'Mind the gap.' }],
      response: { id: 'answer to ""', headers: { 'x-call': '1' } },
      request: { body: { asked: 1 } },
      finishReason: { unified: 'stop', raw: 'end_turn' },
      providerMetadata: { test: { served: true }, streamAligner: { kept: 2, rewritten: 1, restarts: 1 } },
    });
  });

  it('loses raw chunks, and says so', async () => {
    const model = createModel(function* () {
      yield { type: 'stream-start', warnings: [] };
      yield { type: 'raw', rawValue: { text: 'secret 2' } };
      yield* textParts('Part 2.');
      yield finishPart('stop');
    });
    const parts = await wrapped(model).parts({ includeRawChunks: true });
    expect(JSON.stringify(parts)).not.toContain('secret');
    expect(parts[0]).toMatchObject({ warnings: [{ type: 'unsupported', feature: 'includeRawChunks' }] });
  });

  const thinking = () =>
    createModel(function* (prefix) {
      yield { type: 'stream-start', warnings: [] };
      yield { type: 'reasoning-start', id: 'r' };
      yield { type: 'reasoning-delta', id: 'r', delta: 'Hm 2.' };
      yield { type: 'reasoning-end', id: 'r', providerMetadata: { test: { signature: 's' } } };
      yield* textParts('Cats have 2 legs. That is all.'.slice(prefix.length));
      yield finishPart('stop');
    });

  it('drops reasoning, and gives it back to a model that continues', async () => {
    const model = thinking();
    const parts = await wrapped(model).parts();
    expect(textOf(parts)).toBe('Cats have 3 legs. That is all.');
    expect(typesOf(parts)).not.toContain('reasoning-start');
    expect(model.calls[1]?.prompt.at(-1)).toEqual({
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Hm 2.', providerOptions: { test: { signature: 's' } } },
        { type: 'text', text: 'Cats have 3 legs.' },
      ],
    });
  });

  it('passes reasoning on once when asked to', async () => {
    const { content } = await wrapped(thinking(), { reasoning: 'pass' }).generate();
    expect(content).toEqual([
      { type: 'reasoning', text: 'Hm 2.' },
      { type: 'text', text: 'Cats have 3 legs. That is all.' },
    ]);
  });

  it('a tool call passes untouched and ends sentence handling', async () => {
    const call = { type: 'tool-call' as const, toolCallId: 'c', toolName: 'look', input: '{"n":2}' };
    const model = createModel(function* (prefix) {
      yield { type: 'stream-start', warnings: [] };
      yield* textParts('Part 2.'.slice(prefix.length));
      yield { type: 'tool-input-start', id: 'c', toolName: 'look' };
      yield { type: 'tool-input-delta', id: 'c', delta: '{"n":2}' };
      yield { type: 'tool-input-end', id: 'c' };
      yield call;
      yield* textParts(' Or 2?');
      yield finishPart('tool-calls', 'tool_use');
    });
    const parts = await wrapped(model).parts();
    expect(typesOf(parts)).toEqual([
      ...['stream-start', 'text-start', 'text-delta', 'text-end'],
      ...['tool-input-start', 'tool-input-delta', 'tool-input-end', 'tool-call'],
      ...['text-start', 'text-delta', 'text-end', 'finish'],
    ]);
    expect(textOf(parts)).toBe('Part 3. Or 2?');
    expect(parts.find(({ type }) => type === 'tool-call')).toEqual(call);
    expect(lastOf(parts)).toMatchObject({
      finishReason: { unified: 'tool-calls', raw: 'tool_use' },
      providerMetadata: { streamAligner: { unaligned: ' Or 2?'.length } },
    });
  });
});
