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

/** Where a server's words for the parameters differ from what most take. */
export interface ParameterWords {
  /** Default `max_tokens`. */
  maxTokens?: 'max_tokens' | 'max_completion_tokens';
  /** Default `seed`. */
  seed?: 'seed' | 'random_seed';
  /** Null for a server that takes none. Default: `include_usage`. */
  streamOptions?: Readonly<Record<string, boolean>> | null;
}

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
  words: {
    maxTokens: maxTokensWord = 'max_tokens',
    seed: seedWord = 'seed',
    streamOptions = { include_usage: true },
  } = {},
}: {
  model: string;
  params: GenerationParams;
  maxTokens: number | undefined;
  configured?: Record<string, unknown> | undefined;
  conversation: Record<string, unknown>;
  words?: ParameterWords;
}): Record<string, unknown> {
  const { temperature, topP, seed, extra } = params;
  return {
    ...unreserved({ ...extra, ...configured }),
    ...(maxTokens !== undefined && { [maxTokensWord]: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(seed !== undefined && { [seedWord]: seed }),
    model,
    stream: true,
    ...(streamOptions && { stream_options: streamOptions }),
    ...conversation,
  };
}

function unreserved(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => !RESERVED.some((field) => field === name)),
  );
}
