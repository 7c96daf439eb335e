import type { ResponseUsageBody, UsageBody } from '@stream-aligner/providers/wire';

/** A chat's usage in the words of the Responses API. What was cached or thought is not known here. */
export function responseUsage({
  prompt_tokens,
  completion_tokens,
  total_tokens,
  ...details
}: UsageBody): ResponseUsageBody {
  return {
    input_tokens: prompt_tokens,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: completion_tokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens,
    ...details,
  };
}
