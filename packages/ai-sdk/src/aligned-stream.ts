import {
  AISDKError,
  type LanguageModelV4StreamPart,
  type LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import { type AlignEvent, alignStream } from '@stream-aligner/core';
import { createCarrier } from './carrier.ts';
import { createPartWriter } from './part-writer.ts';
import { toMessages } from './prompt.ts';
import { createWrappedModel, generationParams, type WrappedModelOptions } from './wrapped-model.ts';

/**
 * Streams one aligned answer of a wrapped model. Resolves once the answer has begun; rejects, with the model's own error
 * where it is one, if it fails before, so that the AI SDK can try again.
 */
export async function startAlignedStream({
  model,
  params,
  options,
}: Omit<WrappedModelOptions, 'carrier'>): Promise<LanguageModelV4StreamResult> {
  const left = new AbortController();
  const signal = params.abortSignal ? AbortSignal.any([params.abortSignal, left.signal]) : left.signal;
  const carrier = createCarrier();
  const wrapped = createWrappedModel({ model, params, options, carrier });
  const writer = createPartWriter(wrapped, carrier);
  const { onEvent } = options;
  const events = alignStream({
    format: params.responseFormat?.type === 'json' ? 'json' : 'text',
    ...options,
    // Asides ride in core's reasoning; whether the model's own does is the wrapper's to decide.
    reasoning: 'pass',
    upstream: wrapped.upstream,
    messages: toMessages(params.prompt),
    params: generationParams(params),
    signal,
  });

  async function nextEvent(): Promise<AlignEvent | null> {
    const { done, value } = await events.next();
    if (done) return null;
    onEvent?.(value);
    return value;
  }

  const first = await nextEvent();
  if (first?.type === 'answer-failed') {
    const { cause } = first.error;
    throw AISDKError.isInstance(cause) ? cause : first.error;
  }
  if (first?.type === 'answer-aborted') throw signal.reason;
  let due: AlignEvent | null = first;

  const stream = new ReadableStream<LanguageModelV4StreamPart>(
    {
      async pull(controller) {
        for (;;) {
          const event = due ?? (await nextEvent());
          due = null;
          if (event === null) return controller.close();
          if (event.type === 'answer-aborted') return controller.error(signal.reason);
          const parts = [...writer.partsFor(event)];
          for (const part of parts) controller.enqueue(part);
          if (parts.length > 0) return;
        }
      },
      async cancel(reason) {
        left.abort(reason);
        await events.return();
      },
    },
    // Nothing is aligned ahead of the reader but what core's look-ahead allows.
    { highWaterMark: 0 },
  );
  return { ...wrapped.call, stream };
}
