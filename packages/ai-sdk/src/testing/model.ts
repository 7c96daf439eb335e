import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import type { ScriptedUpstream } from '@stream-aligner/testkit';
import { readStream } from '../read-stream.ts';

/** The prompt of emulated continuations that the models here understand. */
export const ASKING = 'Go on:{prefix}';

export interface TestModel extends LanguageModelV4 {
  readonly calls: LanguageModelV4CallOptions[];
  /** Streams that were opened and neither ended nor cancelled. */
  readonly open: number;
}

type Speak = (
  prefix: string,
  call: LanguageModelV4CallOptions,
) => Iterable<LanguageModelV4StreamPart> | AsyncIterable<LanguageModelV4StreamPart>;

/** A language model of the AI SDK's own interface that says what `speak` makes of the prefix that it is to continue. */
export function createModel(speak: Speak): TestModel {
  const calls: LanguageModelV4CallOptions[] = [];
  let open = 0;
  async function* counted(parts: ReturnType<Speak>) {
    open += 1;
    try {
      yield* parts;
    } finally {
      open -= 1;
    }
  }
  return {
    specificationVersion: 'v4',
    provider: 'test',
    modelId: 'test-model',
    supportedUrls: {},
    calls,
    get open() {
      return open;
    },
    doGenerate: () => Promise.reject(new Error('An aligned answer is always streamed.')),
    async doStream(call) {
      calls.push(call);
      const parts = counted(speak(prefixOf(call), call));
      return {
        stream: streamOf(parts),
        request: { body: { asked: calls.length } },
        response: { headers: { 'x-call': String(calls.length) } },
      };
    },
  };
}

function streamOf(
  parts: AsyncGenerator<LanguageModelV4StreamPart>,
): ReadableStream<LanguageModelV4StreamPart> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}

/** All parts of a stream. */
export async function partsOf({
  stream,
}: Pick<LanguageModelV4StreamResult, 'stream'>): Promise<LanguageModelV4StreamPart[]> {
  const parts: LanguageModelV4StreamPart[] = [];
  for await (const part of readStream(stream, new AbortController().signal)) parts.push(part);
  return parts;
}

function prefixOf({ prompt }: LanguageModelV4CallOptions): string {
  const last = prompt.at(-1);
  if (last?.role !== 'assistant' && last?.role !== 'user') return '';
  const text = last.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const [asking = ''] = ASKING.split('{prefix}');
  if (last.role === 'assistant') return text;
  return text.startsWith(asking) ? text.slice(asking.length) : '';
}

export function finishPart(
  unified: LanguageModelV4FinishReason['unified'],
  raw: string | null = unified,
): LanguageModelV4StreamPart {
  return {
    type: 'finish',
    finishReason: { unified, raw: raw ?? undefined },
    usage: {
      inputTokens: { total: 7, noCache: 7, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 5, text: 5, reasoning: 0 },
    },
    providerMetadata: { test: { served: true } },
  };
}

export function* textParts(text: string): Generator<LanguageModelV4StreamPart> {
  yield { type: 'text-start', id: '0', providerMetadata: { test: { itemId: 'original' } } };
  for (const delta of text.match(/.{1,7}/gsu) ?? []) yield { type: 'text-delta', id: '0', delta };
  yield { type: 'text-end', id: '0' };
}

/** A model that writes `answer`, going on from any start of it; a start it does not know is followed by what is due. */
export function createTextModel(answer: string): TestModel {
  return createModel(function* (prefix) {
    yield { type: 'stream-start', warnings: [] };
    yield { type: 'response-metadata', id: 'answer-1', modelId: 'test-model' };
    yield* textParts(answer.slice(prefix.length));
    yield finishPart('stop');
  });
}

/** A scripted upstream of the testkit behind the AI SDK's interface. */
export function createScriptedModel(upstream: ScriptedUpstream): TestModel {
  return createModel(async function* (prefix, { abortSignal = new AbortController().signal }) {
    const session = await upstream.open({ messages: [], params: {}, signal: abortSignal });
    try {
      let finish: LanguageModelV4StreamPart | null = null;
      yield { type: 'stream-start', warnings: [] };
      yield { type: 'text-start', id: '0' };
      for await (const event of session.continueFrom(prefix, abortSignal)) {
        if (event.type === 'text-delta') yield { type: 'text-delta', id: '0', delta: event.text };
        if (event.type === 'tool-call-delta')
          yield { type: 'tool-call', toolCallId: 'call', toolName: 'look', input: '{}' };
        if (event.type === 'finish') finish = finishPart(UNIFIED[event.reason]);
      }
      if (finish) yield finish;
    } finally {
      await session.close();
    }
  });
}

const UNIFIED = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content-filter',
  tool_calls: 'tool-calls',
} as const;
