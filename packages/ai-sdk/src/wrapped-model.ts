import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import {
  type GenerationParams,
  type StreamAlignerError,
  type Upstream,
  type UpstreamEvent,
  type UpstreamSession,
} from '@stream-aligner/core';
import { CONTINUATION_PROMPT } from '@stream-aligner/providers';
import type { Carrier } from './carrier.ts';
import { type FinishPart, finishEvents } from './finish.ts';
import { createMending } from './mending.ts';
import { modelFailure } from './model-failure.ts';
import type { AlignMiddlewareOptions } from './options.ts';
import { continuePrompt, textOfAssistant, trailingAssistant } from './prompt.ts';
import { readStream } from './read-stream.ts';
import { createReasoningMemory } from './reasoning.ts';

/** A language model as an upstream of core, for one answer. */
export interface WrappedModel {
  readonly upstream: Upstream;
  /** What the last successful call said beside its stream. */
  readonly call: Pick<LanguageModelV4StreamResult, 'request' | 'response'>;
  /** The finish of the last continuation, once it came. */
  readonly finish: FinishPart | null;
}

export interface WrappedModelOptions {
  model: LanguageModelV4;
  params: LanguageModelV4CallOptions;
  options: AlignMiddlewareOptions;
  carrier: Carrier;
}

/** The token limit and stop strings of a call, which hold over the whole answer and are core's to watch. */
export function generationParams({
  maxOutputTokens,
  stopSequences,
}: LanguageModelV4CallOptions): GenerationParams {
  return {
    ...(maxOutputTokens !== undefined && { maxTokens: maxOutputTokens }),
    ...(stopSequences !== undefined && { stop: stopSequences }),
  };
}

export function createWrappedModel({ model, params, options, carrier }: WrappedModelOptions): WrappedModel {
  const { continuation = 'emulated', countTokens, reasoning: reasoningPolicy = 'drop' } = options;
  const trailing = trailingAssistant(params.prompt);
  const firstPrefix = trailing ? textOfAssistant(trailing) : '';
  const reasoning = createReasoningMemory();
  const sources = new Set<string>();
  let call: WrappedModel['call'] = {};
  let finish: FinishPart | null = null;
  let announced = false;
  let started = false;

  async function open(prefix: string, signal: AbortSignal, maxTokens: number | undefined) {
    const { stopSequences: _, includeRawChunks: __, maxOutputTokens: ___, ...asked } = params;
    const continues = prefix.trimEnd() !== '';
    const { stream, ...beside } = await model.doStream({
      ...asked,
      ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
      ...(continues && {
        providerOptions: mergeOptions(params.providerOptions, options.continuationOptions),
      }),
      prompt: continuePrompt({
        prompt: params.prompt,
        prefix: prefix.trimEnd(),
        reasoning: continuation === 'native' ? reasoning.parts : [],
        continuation,
        continuationPrompt: options.continuationPrompt ?? CONTINUATION_PROMPT,
      }),
      abortSignal: signal,
    });
    call = beside;
    return stream;
  }

  /** Parts that say something about the answer as a whole, once; on restarts they would be told twice. */
  function aside(part: LanguageModelV4StreamPart, fromStart: boolean): LanguageModelV4StreamPart[] {
    switch (part.type) {
      case 'stream-start': {
        if (announced) return [];
        announced = true;
        return [params.includeRawChunks ? { ...part, warnings: [...part.warnings, RAW_CHUNKS] } : part];
      }
      case 'response-metadata':
        return fromStart ? [part] : [];
      case 'reasoning-start':
      case 'reasoning-delta':
      case 'reasoning-end':
        if (fromStart) reasoning.note(part);
        return fromStart && reasoningPolicy === 'pass' ? [part] : [];
      case 'reasoning-file':
        return fromStart && reasoningPolicy === 'pass' ? [part] : [];
      case 'source': {
        const key = part.sourceType === 'url' ? part.url : `${part.mediaType} ${part.title}`;
        if (sources.has(key)) return [];
        sources.add(key);
        return [part];
      }
      default:
        return [part];
    }
  }

  async function* speak(
    prefix: string,
    signal: AbortSignal,
    maxTokens: number | undefined,
  ): AsyncGenerator<UpstreamEvent, void, undefined> {
    const fromStart = prefix === firstPrefix;
    finish = null;
    if (fromStart) reasoning.forget();
    const mending = createMending(prefix, options);
    for await (const part of readStream(await open(prefix, signal, maxTokens), signal)) {
      started = true;
      switch (part.type) {
        case 'text-delta':
          yield* textEvents(mending.push(part.delta));
          break;
        // The text goes out in blocks of our own: a rewritten one must not carry the original's identity.
        case 'text-start':
        case 'text-end':
        // Raw chunks hold text that nobody has judged.
        case 'raw':
          break;
        case 'error':
          throw part.error;
        case 'finish':
          finish = part;
          yield* textEvents(mending.flush());
          yield* finishEvents(part);
          break;
        case 'tool-input-start':
        case 'tool-input-delta':
        case 'tool-input-end':
        case 'tool-call':
        case 'tool-result':
        case 'tool-approval-request':
          yield* textEvents(mending.flush());
          yield carrier.carry(part, 'tool-call');
          break;
        default:
          for (const told of aside(part, fromStart)) yield carrier.carry(told, 'aside');
      }
    }
  }

  const session: UpstreamSession = {
    async *continueFrom(prefix, signal, limits = {}) {
      try {
        yield* speak(prefix, signal, limits.maxTokens ?? params.maxOutputTokens);
      } catch (error) {
        throw signal.aborted ? signal.reason : modelFailure(error);
      }
    },
    // Until the model has begun, trying again is the business of the AI SDK (`maxRetries`), whose caller sees the error.
    afterFailure: ({ code }) => (started && !FINAL.has(code) ? 'here' : 'nowhere'),
    close: async () => {},
  };
  return {
    upstream: {
      model: model.modelId,
      continuation,
      ...(countTokens && { countTokens }),
      open: async () => session,
    },
    get call() {
      return call;
    },
    get finish() {
      return finish;
    },
  };
}

/** Failures that asking again cannot mend. */
const FINAL: ReadonlySet<StreamAlignerError['code']> = new Set(['upstream-rejected', 'context-overflow']);

const RAW_CHUNKS = {
  type: 'unsupported' as const,
  feature: 'includeRawChunks',
  details: 'Raw chunks are left out: they hold text that the aligner has not passed.',
};

function textEvents(text: string): UpstreamEvent[] {
  return text === '' ? [] : [{ type: 'text-delta', text }];
}

function mergeOptions(
  asked: LanguageModelV4CallOptions['providerOptions'] = {},
  added: LanguageModelV4CallOptions['providerOptions'] = {},
) {
  const merged = { ...asked };
  for (const [provider, fields] of Object.entries(added))
    merged[provider] = { ...merged[provider], ...fields };
  return merged;
}
