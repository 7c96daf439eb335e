import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { type FinishReason, StreamAlignerError, type UpstreamEvent } from '@stream-aligner/core';

export type FinishPart = Extract<LanguageModelV4StreamPart, { type: 'finish' }>;

const FINISHES: Partial<Record<FinishPart['finishReason']['unified'], FinishReason>> = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content_filter',
  'tool-calls': 'tool_calls',
};

/** A finish as core understands it. Throws for one that is no end of an answer but the cutting off of it. */
export function* finishEvents({ finishReason, usage }: FinishPart): Generator<UpstreamEvent> {
  const { unified, raw } = finishReason;
  // Providers say `other` without a reason of the server's where they had to make one up: the answer was cut off.
  const reason = FINISHES[unified] ?? (unified === 'other' && raw !== undefined ? 'stop' : null);
  if (reason === null) {
    throw unified === 'error'
      ? new StreamAlignerError('upstream-failed', 'The wrapped model ended its answer with an error.')
      : new StreamAlignerError(
          'upstream-truncated',
          'The wrapped model stopped in mid-answer: it gave no reason for its end. Its connection was cut, or its server failed.',
        );
  }
  const { inputTokens, outputTokens } = usage;
  if (inputTokens.total !== undefined && outputTokens.total !== undefined) {
    yield {
      type: 'usage',
      usage: { promptTokens: inputTokens.total, completionTokens: outputTokens.total },
    };
  }
  yield { type: 'finish', reason };
}
