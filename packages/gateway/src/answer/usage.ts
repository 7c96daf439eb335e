import {
  type AnswerCounts,
  type ChatMessage,
  estimateTokens,
  textOf,
  type Upstream,
} from '@stream-aligner/core';
import type { UsageBody } from '@stream-aligner/providers/wire';

/**
 * The usage of one answer: what the client sent and was sent, and beside it what alignment cost. The upstream's own
 * count of the prompt is taken where there is one; else the prompt's text is counted, without what a template adds.
 */
export function usageOf(
  counts: AnswerCounts,
  { upstream, messages }: { upstream: Upstream; messages: readonly ChatMessage[] },
): UsageBody {
  const countTokens = (text: string) => upstream.countTokens?.(text) ?? estimateTokens(text);
  const prompt =
    counts.promptTokens ?? messages.reduce((sum, message) => sum + countTokens(textOf(message)), 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: counts.sentTokens,
    total_tokens: prompt + counts.sentTokens,
    stream_aligner: {
      kept: counts.kept,
      rewritten: counts.rewritten,
      failed: counts.failed,
      restarts: counts.restarts,
      recoveries: counts.recoveries,
      discarded_tokens: counts.discardedTokens,
      aligner_prompt_tokens: counts.alignerPromptTokens,
      aligner_completion_tokens: counts.alignerCompletionTokens,
      estimated: counts.estimated || counts.promptTokens === null,
    },
  };
}
