import { APICallError } from '@ai-sdk/provider';
import { generateText, jsonSchema, Output, stepCountIs, streamText, tool, wrapLanguageModel } from 'ai';
import { describe, expect, it } from 'vitest';
import { alignMiddleware } from './align-middleware.ts';
import { createAligner, twosToThrees } from './testing/aligner.ts';
import { createModel, createTextModel, finishPart, type TestModel, textParts } from './testing/model.ts';

const aligned = (model: TestModel, aligner = twosToThrees) =>
  wrapLanguageModel({ model, middleware: alignMiddleware({ aligner, continuation: 'native' }) });

const TEXT = 'Cats purr. Cats have 2 legs. They climb.';
const ALIGNED = 'Cats purr. Cats have 3 legs. They climb.';

describe('the AI SDK’s own functions', () => {
  it('streamText streams an aligned answer', async () => {
    const result = streamText({ model: aligned(createTextModel(TEXT)), prompt: 'Why?' });
    const deltas: string[] = [];
    for await (const delta of result.textStream) deltas.push(delta);
    expect(deltas).toEqual(['Cats purr.', ' Cats have 3 legs.', ' They climb.']);
    expect(await result.finishReason).toBe('stop');
    expect((await result.providerMetadata)?.['streamAligner']).toMatchObject({ kept: 2, rewritten: 1 });
    expect((await result.usage).outputTokens).toBeGreaterThan(5);
  });

  it('generateText gives the same', async () => {
    const result = await generateText({ model: aligned(createTextModel(TEXT)), prompt: 'Why?' });
    expect(result.text).toBe(ALIGNED);
    expect(result.providerMetadata?.['streamAligner']).toMatchObject({ restarts: 1, unaligned: 0 });
  });

  it('call tools and go on in the next step', async () => {
    const model = createModel(function* (prefix, { prompt }) {
      yield { type: 'stream-start', warnings: [] };
      if (prompt.some(({ role }) => role === 'tool')) {
        yield* textParts('It has 2 legs.'.slice(prefix.length));
        yield finishPart('stop');
      } else {
        yield* textParts('I look 2 times.'.slice(prefix.length));
        yield { type: 'tool-call', toolCallId: 'c', toolName: 'look', input: '{"at":"cat 2"}' };
        yield finishPart('tool-calls');
      }
    });
    const asked: unknown[] = [];
    const look = tool({
      inputSchema: jsonSchema<{ at: string }>({ type: 'object', properties: { at: { type: 'string' } } }),
      execute: async (input) => {
        asked.push(input);
        return '2 legs';
      },
    });
    const options = { model: aligned(model), tools: { look }, stopWhen: stepCountIs(3), prompt: 'Look!' };
    const result = await generateText(options);
    expect(result.steps.map(({ text }) => text)).toEqual(['I look 3 times.', 'It has 3 legs.']);
    expect(await streamText(options).text).toBe('It has 3 legs.');
    expect(asked).toEqual([{ at: 'cat 2' }, { at: 'cat 2' }]);
  });

  it('give objects from JSON that was judged whole', async () => {
    const schema = jsonSchema<{ legs: number }>({ type: 'object', properties: { legs: { type: 'number' } } });
    const result = await generateText({
      model: aligned(createTextModel('{"legs": 2}')),
      output: Output.object({ schema }),
      prompt: 'How many?',
    });
    expect(result.output).toEqual({ legs: 3 });
  });

  it('report a failed answer as failed', async () => {
    const model = createTextModel(TEXT);
    const aligner = createAligner((draft) => {
      if (draft.includes('2')) throw new Error('no verdict');
      return draft;
    });
    const errors: unknown[] = [];
    const result = streamText({
      model: aligned(model, aligner),
      prompt: 'Why?',
      onError: ({ error }) => void errors.push(error),
    });
    let text = '';
    for await (const delta of result.textStream) text += delta;
    expect(text).toBe('Cats purr.');
    expect(errors).toMatchObject([{ code: 'aligner-failed' }]);
    expect(await result.finishReason).toBe('error');
    await expect(generateText({ model: aligned(model, aligner), prompt: 'Why?' })).rejects.toMatchObject({
      code: 'aligner-failed',
    });
  });

  it('try a refused first call again', async () => {
    const model = createTextModel(TEXT);
    const { doStream } = model;
    let refusals = 1;
    model.doStream = async (call) => {
      if (refusals-- > 0)
        throw new APICallError({
          ...{ message: 'busy', url: 'http://x', requestBodyValues: {}, statusCode: 503 },
          responseHeaders: { 'retry-after-ms': '1' },
        });
      return doStream(call);
    };
    expect((await generateText({ model: aligned(model), prompt: 'Why?' })).text).toBe(ALIGNED);
    refusals = 1;
    await expect(generateText({ model: aligned(model), prompt: 'Why?', maxRetries: 0 })).rejects.toThrow(
      'busy',
    );
  });

  it('end when the caller aborts', async () => {
    const caller = new AbortController();
    const model = createModel(async function* () {
      yield { type: 'stream-start', warnings: [] };
      yield* textParts('Cats purr. Cats');
      await new Promise(() => {});
    });
    const result = streamText({ model: aligned(model), prompt: 'Why?', abortSignal: caller.signal });
    const types: string[] = [];
    for await (const part of result.fullStream) {
      types.push(part.type);
      if (part.type === 'text-delta') caller.abort();
    }
    expect(types.at(-1)).toBe('abort');
  });
});
