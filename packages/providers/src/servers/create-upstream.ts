import { StreamAlignerError, type Upstream } from '@stream-aligner/core';
import { type Endpoint, resolveEndpoint } from '../http/endpoint.ts';
import {
  type ContinuationStrategy,
  continueByCompletions,
  continueByFlag,
  continueByFlags,
  continueByInstruction,
  continueByPrefix,
  continueByTrailingMessage,
  continueNever,
  type PromptTemplate,
} from '../upstream/continuation.ts';
import { openaiDialect } from '../upstream/dialect.ts';
import { createEngine } from '../upstream/engine.ts';
import type { OpenAIUpstreamOptions } from '../upstream/openai-upstream.ts';
import { llamaCppTokens } from '../upstream/token-ids/llama-cpp.ts';
import { createTokenUpstream } from '../upstream/token-ids/upstream.ts';
import { vllmTokens } from '../upstream/token-ids/vllm.ts';
import type { ContinuationName, Server } from './server.ts';
import { type ServerType, servers } from './servers.ts';

/** A server of a known kind and the model on it whose answers are aligned. What is left out is as its kind says. */
export interface UpstreamOptions extends Omit<OpenAIUpstreamOptions, 'baseUrl' | 'continuation'> {
  type: ServerType;
  /** Default: where servers of this kind usually are. */
  baseUrl?: string;
  /** One of the ways that this kind of server can be continued, or a strategy of one's own. Default: its first. */
  continuation?: ContinuationName | ContinuationStrategy;
  /** What `emulated` asks, with `{prefix}` in it, in any language. Default: a request in English. */
  continuationPrompt?: string;
  /** Writes the model's whole prompt; `completions` needs it. */
  promptTemplate?: PromptTemplate;
}

/**
 * An upstream over HTTP, by the kind of its server. Throws `configuration` for an address that cannot be one, and for a
 * continuation that this kind of server does not have; errors of single answers are those of `createOpenAIUpstream`.
 */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { type, model, countTokens, continuation } = options;
  const server: Server = servers[type];
  const endpoint = resolveEndpoint(
    'upstream',
    { ...options, baseUrl: options.baseUrl ?? server.baseUrl ?? noAddress(server) },
    server.habits,
  );
  const body = { ...server.body, ...options.body };
  const name = continuation ?? defaultOf(server, options);
  if (name === 'token-ids' && server.continuations.includes(name)) {
    return tokenUpstream(type, { endpoint, model, body, countTokens });
  }
  return createEngine({
    endpoint,
    model,
    strategy: typeof name === 'string' ? strategyOf(name, server, options) : name,
    dialect: server.dialect ?? openaiDialect(server.words),
    echo: options.echo ?? server.echo,
    junction: options.junction ?? server.junction,
    reasoningField: options.reasoningField === undefined ? server.reasoningField : options.reasoningField,
    body,
    countTokens,
    ...(server.cancel === 'abort-request' && { abortPath: '/abort_request' }),
    // An emulated continuation is a new turn, which takes tools like any other.
    continuesWithTools: server.continuesWithTools !== false || name === 'emulated',
  });
}

/** Completions are exact, so they come first where their template is given. */
function defaultOf(
  { continuations, continues }: Server,
  { promptTemplate }: UpstreamOptions,
): ContinuationName {
  const exact = promptTemplate && continues === 'never' && continuations.includes('completions');
  return exact ? 'completions' : continuations[0];
}

function strategyOf(
  name: ContinuationName,
  server: Server,
  { promptTemplate, continuationPrompt }: UpstreamOptions,
): ContinuationStrategy {
  if (!server.continuations.includes(name)) throw notThere(name, server);
  switch (name) {
    case 'flags':
      return continueByFlags;
    case 'flag':
      return continueByFlag;
    case 'trailing':
      return continueByTrailingMessage;
    case 'prefix':
      return continueByPrefix;
    case 'emulated':
      return continueByInstruction(continuationPrompt === undefined ? {} : { prompt: continuationPrompt });
    case 'none':
      return continueNever;
    case 'completions':
      if (promptTemplate) return continueByCompletions(promptTemplate);
      throw wrong(
        `\`continuation: completions\` needs a \`promptTemplate\` that writes the model's own prompt, and none is given. ${alternatives(server, name)}`,
        'promptTemplate',
      );
    default:
      throw notThere(name, server);
  }
}

function tokenUpstream(
  type: ServerType,
  setup: {
    endpoint: Endpoint;
    model: string;
    body: Record<string, unknown>;
    countTokens: UpstreamOptions['countTokens'];
  },
): Upstream {
  return type === 'vllm'
    ? createTokenUpstream({ ...setup, route: vllmTokens })
    : createTokenUpstream({ ...setup, route: llamaCppTokens });
}

function notThere(name: string, server: Server): StreamAlignerError {
  return wrong(
    `${server.title} cannot be continued by \`${name}\`. ${alternatives(server, name)}`,
    'continuation',
  );
}

function alternatives({ title, continuations }: Server, without: string): string {
  const others = continuations.filter((name) => name !== without);
  return `For ${title} set one of: ${others.join(', ')}.`;
}

function noAddress({ title, exampleUrl }: Server): never {
  throw wrong(`${title} has no usual address. Set \`baseUrl\`, for example ${exampleUrl}.`, 'baseUrl');
}

function wrong(message: string, param: string): StreamAlignerError {
  return new StreamAlignerError('configuration', message, { details: { param } });
}
