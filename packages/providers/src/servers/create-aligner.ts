import { type Aligner, StreamAlignerError } from '@stream-aligner/core';
import type { CopyCheckName } from '../aligner/copy-check/choose.ts';
import { createOpenAIAligner, type OpenAIAlignerOptions } from '../aligner/openai-aligner.ts';
import type { Server } from './server.ts';
import { type ServerType, servers } from './servers.ts';

/** A server of a known kind and the model on it that aligns. What is left out is as its kind says. */
export interface AlignerOptions extends Omit<OpenAIAlignerOptions, 'baseUrl'> {
  type: ServerType;
  /** Default: where servers of this kind usually are. */
  baseUrl?: string;
}

/** Checks that servers of a kind have of their own, and that were proven against their wire. */
const OWN_CHECKS: Partial<Record<ServerType, CopyCheckName>> = { vllm: 'vllm', sglang: 'sglang' };

/**
 * An aligner over HTTP, by the kind of its server; with a copy check by default where the kind has one and the contract's
 * reply is the sentence itself. Throws as `createOpenAIAligner` does.
 */
export function createAligner({ type, ...options }: AlignerOptions): Aligner {
  const server: Server = servers[type];
  const baseUrl = options.baseUrl ?? server.baseUrl;
  if (baseUrl === undefined) {
    throw new StreamAlignerError(
      'configuration',
      `${server.title} has no usual address. Set \`baseUrl\`, for example ${server.exampleUrl}.`,
      { details: { param: 'baseUrl' } },
    );
  }
  const setup = {
    ...options,
    baseUrl,
    body: { ...server.body, ...options.body },
    ...(server.words && { words: server.words }),
    // Anthropic's OpenAI-compatible address has OpenAI's habits.
    ...(server.habits && type !== 'anthropic' && { habits: server.habits }),
  };
  const own = options.contract === 'stream-aligner' ? OWN_CHECKS[type] : undefined;
  if (options.copyCheck !== undefined || own === undefined) return createOpenAIAligner(setup);
  try {
    return createOpenAIAligner({ ...setup, copyCheck: own });
  } catch (error) {
    // A check that nobody asked for gives way to fields of the body that it cannot be combined with.
    if (!StreamAlignerError.isInstance(error) || error.details['param'] !== 'body') throw error;
    return createOpenAIAligner(setup);
  }
}
