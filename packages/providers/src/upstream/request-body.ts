import type { GenerationParams } from '@stream-aligner/core';

/** Fields that say what is continued and how it is read: neither a client nor a configuration can replace them. */
const RESERVED = [
  'model',
  'messages',
  'prompt',
  'stream',
  'stream_options',
  'n',
  'echo',
  'stop',
  'continue_final_message',
  'add_generation_prompt',
] as const;

/**
 * The request in the server's words. The client's `params.extra` gives way to `configured`, and both to what we set.
 *
 * `stop` is never sent. The correction loop matches stop strings on the committed text, across junctions and inside
 * rewrites; a server would match them on drafts that may yet be rewritten, cut them out unseen, and report the same
 * `stop` as for an answer that ended by itself. The price is the few tokens that are written before the loop aborts.
 */
export function requestBody({
  model,
  params,
  maxTokens,
  configured = {},
  conversation,
}: {
  model: string;
  params: GenerationParams;
  maxTokens: number | undefined;
  configured?: Record<string, unknown> | undefined;
  conversation: Record<string, unknown>;
}): Record<string, unknown> {
  const { temperature, topP, seed, extra } = params;
  return {
    ...unreserved({ ...extra, ...configured }),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(seed !== undefined && { seed }),
    model,
    stream: true,
    stream_options: { include_usage: true },
    ...conversation,
  };
}

function unreserved(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => !RESERVED.some((field) => field === name)),
  );
}
