import {
  type ChatMessage,
  type GenerationParams,
  StreamAlignerError,
  type Upstream,
  type UpstreamSession,
} from '@stream-aligner/core';
import type { Endpoint } from '../../http/endpoint.ts';
import { failure } from '../../http/failures.ts';
import { linkSignals } from '../../http/link-signals.ts';
import { streamReply } from '../../http/stream-reply.ts';
import { mend, refuseOpenCalls } from '../engine.ts';
import { createJunction } from '../junction.ts';
import { createTokenLedger } from './ledger.ts';
import type { Tokenized, TokenRoute } from './route.ts';

/** An upstream that is continued by token ids. */
export interface TokenUpstreamSetup {
  endpoint: Endpoint;
  model: string;
  route: TokenRoute;
  body?: Record<string, unknown> | undefined;
  countTokens?: ((text: string) => number) | undefined;
}

/**
 * An upstream whose kept text goes back as the very tokens that the model wrote, so that the server's cache stays good
 * to the last kept token and a restart changes no probability. What comes is the model's raw text: reasoning is not told
 * apart (turn it off by the template's own switch), and tools or a `response_format` are refused.
 */
export function createTokenUpstream(setup: TokenUpstreamSetup): Upstream {
  const { model, endpoint, countTokens } = setup;
  return {
    model,
    continuation: 'native',
    ...(countTokens && { countTokens }),
    async open({ messages, params, signal }) {
      signal.throwIfAborted();
      refuseOpenCalls(messages);
      refuseForms(endpoint, params);
      return openSession(setup, messages, params);
    },
  };
}

function openSession(
  { endpoint, model, route, body: configured = {} }: TokenUpstreamSetup,
  messages: readonly ChatMessage[],
  params: GenerationParams,
): UpstreamSession {
  const closing = new AbortController();
  const ledger = createTokenLedger();
  let rendered: Tokenized | undefined;
  return {
    async *continueFrom(prefix, signal, limits = {}) {
      const { controller, unlink } = linkSignals([signal, closing.signal]);
      const context = { endpoint, model, configured, signal: controller.signal };
      try {
        rendered ??= await route.render(context, messages);
        for (const piece of [...ledger.continueFrom(prefix.trimEnd())]) {
          if (!piece.ids) ledger.learn(piece, (await route.tokenize(context, piece.text)).ids);
        }
        const { path, body, ...target } = route.request(context, {
          window: rendered.window,
          prompt: [...rendered.ids, ...ledger.pieces.flatMap(({ ids = [] }) => ids)],
          params,
          maxTokens: limits.maxTokens ?? params.maxTokens,
        });
        const filters = [createJunction(prefix, 'exact')];
        const read = route.createReader(endpoint, ledger.wrote);
        const events = streamReply(target.endpoint, { path, body, signal: controller.signal }, read);
        for await (const event of events) yield* mend(filters, event);
      } finally {
        unlink();
      }
    },
    async close() {
      if (!closing.signal.aborted) {
        closing.abort(
          new StreamAlignerError('closed', 'The answer was closed while its upstream was still writing.'),
        );
      }
    },
  };
}

/** Raw completions know neither tool calls nor formats: silently leaving them out would answer something else. */
function refuseForms(endpoint: Endpoint, { extra = {} }: GenerationParams): void {
  const { tools, response_format: format } = extra;
  const formatted = format != null && (format as { type?: unknown }).type !== 'text';
  if ((!Array.isArray(tools) || tools.length === 0) && !formatted) return;
  throw failure(
    endpoint,
    'rejected',
    'is continued by token ids, which goes without tools and without a `response_format`. Leave them out, or set `continuation: flags`.',
  );
}
