import type { LanguageModelV4StreamPart, LanguageModelV4Usage } from '@ai-sdk/provider';
import type { AlignEvent, FinishReason } from '@stream-aligner/core';
import type { Carrier } from './carrier.ts';
import type { FinishPart } from './finish.ts';
import type { AlignmentMetadata } from './options.ts';
import type { WrappedModel } from './wrapped-model.ts';

type Finished = Extract<AlignEvent, { type: 'answer-finished' }>;

/** Parts that may stand amid a text block without ending it. */
const BESIDE_TEXT: ReadonlySet<string> = new Set(['stream-start', 'response-metadata', 'source', 'ping']);

/** Turns the events of an answer into the stream parts that the AI SDK reads. */
export function createPartWriter(wrapped: WrappedModel, carrier: Carrier) {
  let blocks = 0;
  let textId: string | null = null;
  const reasoningIds = new Set<string>();
  let unaligned = 0;

  function* text(sent: string): Generator<LanguageModelV4StreamPart> {
    if (sent === '') return;
    if (textId === null) {
      blocks += 1;
      textId = `aligned-${blocks}`;
      yield { type: 'text-start', id: textId };
    }
    yield { type: 'text-delta', id: textId, delta: sent };
  }

  function* endText(): Generator<LanguageModelV4StreamPart> {
    if (textId !== null) yield { type: 'text-end', id: textId };
    textId = null;
  }

  /** A block that its model did not live to end. */
  function* endReasoning(): Generator<LanguageModelV4StreamPart> {
    for (const id of reasoningIds) yield { type: 'reasoning-end', id };
    reasoningIds.clear();
  }

  function* carried(part: LanguageModelV4StreamPart): Generator<LanguageModelV4StreamPart> {
    if (!BESIDE_TEXT.has(part.type)) yield* endText();
    if (part.type === 'reasoning-start') reasoningIds.add(part.id);
    if (part.type === 'reasoning-end') reasoningIds.delete(part.id);
    yield part;
  }

  function* partsFor(event: AlignEvent): Generator<LanguageModelV4StreamPart> {
    yield* text(event.sent);
    const part = carrier.carriedBy(event);
    if (part) yield* carried(part);
    switch (event.type) {
      case 'text-passed':
        if (event.reason !== 'whitespace') unaligned += event.text.length;
        break;
      case 'upstream-restarted':
        yield* endReasoning();
        break;
      case 'answer-finished':
        yield* endText();
        yield* endReasoning();
        yield finishPart(event, wrapped, unaligned);
        break;
      case 'answer-failed':
        yield { type: 'error', error: event.error };
    }
  }
  return { partsFor };
}

const FINISH_REASONS: Record<FinishReason, FinishPart['finishReason']['unified']> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content-filter',
  tool_calls: 'tool-calls',
};

function finishPart(event: Finished, { finish, upstream }: WrappedModel, unaligned: number): FinishPart {
  const { cause, counts, reason } = event;
  const own = cause === 'upstream' ? finish?.finishReason : undefined;
  const alignment: AlignmentMetadata = { ...counts, cause, continuation: upstream.continuation, unaligned };
  return {
    type: 'finish',
    finishReason: own ?? { unified: FINISH_REASONS[reason], raw: undefined },
    usage: usageOf(event, finish),
    providerMetadata: { ...finish?.providerMetadata, streamAligner: { ...alignment } },
  };
}

/**
 * Tokens of the text that was sent. They are the model's own report where it wrote all of that text in one call;
 * interrupted calls report nothing, and a continuation's prompt holds the answer so far.
 */
function usageOf({ counts, cause }: Finished, finish: FinishPart | null): LanguageModelV4Usage {
  if (finish && cause === 'upstream' && counts.restarts === 0 && counts.rewritten === 0) return finish.usage;
  return {
    inputTokens: {
      total: counts.promptTokens ?? undefined,
      noCache: undefined,
      cacheRead: undefined,
      cacheWrite: undefined,
    },
    outputTokens: { total: counts.sentTokens, text: counts.sentTokens, reasoning: undefined },
  };
}
