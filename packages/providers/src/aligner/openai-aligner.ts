import {
  type Aligner,
  type AlignerSession,
  type Correction,
  type CorrectionRequest,
  questionOf,
  StreamAlignerError,
} from '@stream-aligner/core';
import { type Endpoint, type EndpointOptions, resolveEndpoint } from '../http/endpoint.ts';
import { linkSignals } from '../http/link-signals.ts';
import { streamCompletion } from '../http/stream-completion.ts';
import { type AlignerContract, instructContract, streamAlignerContract } from './contract.ts';
import { readReply } from './read-reply.ts';
import { createFitDraft, estimateTokensHigh } from './window.ts';

/** An OpenAI-compatible server and the model on it that aligns. */
export interface OpenAIAlignerOptions extends EndpointOptions {
  /** The model's name on the server. */
  model: string;
  /** `stream-aligner` for models trained to correct, `instruct` for any other with a policy in words, or one's own. */
  contract: 'stream-aligner' | 'instruct' | AlignerContract;
  /** The policy of `instruct`. Default: correct, helpful, honest and harmless. */
  policy?: string;
  /**
   * The model's context in tokens, as the server was started with it. What does not fit is left out and reported, and a
   * draft too long for it fails. Default: 4096, except that a draft too long for that goes out with everything, since
   * the server may hold more.
   */
  window?: number;
  /** Default: a high estimate from the text's bytes. */
  countTokens?: (text: string) => number;
  /** At most this many tokens of reply, from those of the draft. Default: twice as many and 64 more. */
  replyTokens?: (draftTokens: number) => number;
  /** Fields of every request in the server's own words; `temperature` is 0 unless it is among them. */
  body?: Record<string, unknown>;
}

/**
 * An aligner over HTTP: one chat completion for each draft. Throws `configuration` for an address that cannot be one.
 * A correction rejects with `aligner-unparsable` for a reply that is no verdict, `aligner-failed` for a server that
 * fails, for a model that refuses and for a draft it cannot hold, `overloaded`, `deadline`, or the reason of the signal
 * that stopped it.
 */
export function createOpenAIAligner(options: OpenAIAlignerOptions): Aligner {
  const endpoint = resolveEndpoint('aligner', options);
  const contract = contractOf(options);
  return {
    model: options.model,
    async open({ messages, signal }) {
      signal.throwIfAborted();
      return openSession({ endpoint, contract, options, question: questionOf(messages) });
    },
  };
}

interface SessionSetup {
  endpoint: Endpoint;
  contract: AlignerContract;
  options: OpenAIAlignerOptions;
  question: string;
}

function openSession({ endpoint, contract, options, question }: SessionSetup): AlignerSession {
  const closing = new AbortController();
  const { countTokens = estimateTokensHigh, replyTokens = (tokens) => 64 + 2 * tokens } = options;
  const fit = createFitDraft({ contract, question, window: options.window, countTokens });
  return {
    async correct({ prefix, draft, signal }: CorrectionRequest): Promise<Correction> {
      const maxTokens = Math.ceil(replyTokens(countTokens(draft)));
      const { cut, ...values } = fit({ prefix, draft, replyTokens: maxTokens });
      const body = {
        temperature: 0,
        ...options.body,
        model: options.model,
        messages: contract.messages(values),
        max_tokens: maxTokens,
        stream: true,
        stream_options: { include_usage: true },
      };
      const { controller, unlink } = linkSignals([signal, closing.signal]);
      try {
        const events = streamCompletion(endpoint, {
          path: '/chat/completions',
          body,
          signal: controller.signal,
        });
        const { reply, usage } = await readReply(events, maxTokens);
        const text = contract.read(reply, values);
        if (text === undefined) throw unparsable(contract, reply);
        return { text, by: 'decoding', ...(usage && { usage }), ...(cut && { cut }) };
      } finally {
        unlink();
      }
    },
    async close() {
      if (!closing.signal.aborted) {
        closing.abort(
          new StreamAlignerError('closed', 'The answer was closed while its aligner was still writing.'),
        );
      }
    },
  };
}

function contractOf({ contract, policy }: OpenAIAlignerOptions): AlignerContract {
  if (contract === 'stream-aligner') return streamAlignerContract;
  return contract === 'instruct' ? instructContract(policy) : contract;
}

function unparsable(contract: AlignerContract, reply: string): StreamAlignerError {
  return new StreamAlignerError(
    'aligner-unparsable',
    `The aligner's reply of ${reply.length} characters is not a verdict of the ${contract.name} contract. Check that the model was made for this contract, or use one that follows instructions better.`,
    { details: { contract: contract.name, replyLength: reply.length } },
  );
}
