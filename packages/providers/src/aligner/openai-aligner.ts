import {
  type Aligner,
  type AlignerSession,
  type Correction,
  type CorrectionRequest,
  questionOf,
  StreamAlignerError,
} from '@stream-aligner/core';
import { likelihoodOf } from './copy-check/likelihood.ts';
import type { CopyAsk } from './copy-check/protocol.ts';
import {
  type Endpoint,
  type EndpointHabits,
  type EndpointOptions,
  resolveEndpoint,
} from '../http/endpoint.ts';
import { linkSignals } from '../http/link-signals.ts';
import type { ParameterWords } from '../upstream/request-body.ts';
import { type AlignerContract, instructContract, streamAlignerContract } from './contract.ts';
import { type CopyCheckName, chooseCopyCheck } from './copy-check/choose.ts';
import type { CopyCheck } from './copy-check/protocol.ts';
import { createReplyWriter } from './reply-writer.ts';
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
   * How to find out that a draft is kept without decoding it again, by the kind of server: `vllm` and `sglang` score the
   * draft in one pass and decode only from where the model differs; so do `fireworks` and, without going on from there,
   * `together` (both by documentation only). `prediction` (OpenAI, Azure OpenAI, Mistral) lets the server expect the draft,
   * which saves time and nothing else. All but `off` need a contract whose reply is the sentence itself. A server that
   * turns out not to support its check is asked without it for the rest of the answer. Default: `off`.
   *
   * llama.cpp's server scores no prompts: leave this `off` and start it with `--spec-type ngram-simple
   * --spec-ngram-simple-size-n 2 --spec-ngram-simple-size-m 48 --spec-draft-n-max 64`, so that it guesses the copy from
   * the prompt; its own defaults guess too late and too little for sentences.
   */
  copyCheck?: CopyCheckName;
  /**
   * Keeps a draft also where the model would rather write something else, if each of its tokens has at least this
   * probability. Above 0, at most 1. Default: none, which keeps exactly what decoding would have copied.
   */
  keepThreshold?: number;
  /** Told once, with the reason, when the server does not support the copy check. Must not throw. */
  onCopyCheckUnavailable?: (error: StreamAlignerError) => void;
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
  /** What differs in how the server is spoken to. */
  habits?: EndpointHabits;
  /** Where the server's words for the parameters differ from what most take. */
  words?: ParameterWords;
}

/**
 * An aligner over HTTP: one chat completion for each draft, or with a copy check one pass over it. Throws `configuration`
 * for an address that cannot be one and for a copy check that does not go with the rest. A correction rejects with
 * `aligner-unparsable` for a reply that is no verdict, `aligner-failed` for a server that fails, `aligner-rejected` for one
 * that does not take the request, for a model that refuses and for a draft it cannot hold, `overloaded`, `deadline`, or the reason of the signal that stopped it.
 */
export function createOpenAIAligner(options: OpenAIAlignerOptions): Aligner {
  const endpoint = resolveEndpoint('aligner', options, options.habits);
  const contract = contractOf(options);
  const { copyCheck, keepThreshold, body } = options;
  const repliesWithSentence = contract.copy !== undefined;
  const check = chooseCopyCheck({ copyCheck, keepThreshold, body, repliesWithSentence });
  let isReported = false;
  const onUnavailable = (error: StreamAlignerError) => {
    if (!isReported) options.onCopyCheckUnavailable?.(error);
    isReported = true;
  };
  return {
    model: options.model,
    async open({ messages, signal }) {
      signal.throwIfAborted();
      return openSession({
        endpoint,
        contract,
        check,
        onUnavailable,
        options,
        question: questionOf(messages),
      });
    },
  };
}

interface SessionSetup {
  endpoint: Endpoint;
  contract: AlignerContract;
  check: CopyCheck;
  onUnavailable(error: StreamAlignerError): void;
  options: OpenAIAlignerOptions;
  question: string;
}

function openSession({
  endpoint,
  contract,
  check,
  onUnavailable,
  options,
  question,
}: SessionSetup): AlignerSession {
  const closing = new AbortController();
  const { model, body = {}, words = {}, keepThreshold } = options;
  const { countTokens = estimateTokensHigh, replyTokens = (tokens) => 64 + 2 * tokens } = options;
  const fit = createFitDraft({ contract, question, window: options.window, countTokens });
  const write = createReplyWriter({ check, keepThreshold, onUnavailable });
  const { score } = check;

  /** Asks about one draft, until the answer is closed. */
  async function about<T>(
    { prefix, draft, signal }: CorrectionRequest,
    work: (ask: CopyAsk, fitted: ReturnType<typeof fit>) => Promise<T>,
  ): Promise<T> {
    const maxTokens = Math.ceil(replyTokens(countTokens(draft)));
    const fitted = fit({ prefix, draft, replyTokens: maxTokens });
    const { cut: _, ...values } = fitted;
    const { controller, unlink } = linkSignals([signal, closing.signal]);
    const ask: CopyAsk = {
      endpoint,
      model,
      body,
      words,
      messages: contract.messages(values),
      copy: contract.copy?.(values) ?? '',
      maxTokens,
      id: crypto.randomUUID(),
      signal: controller.signal,
    };
    try {
      return await work(ask, fitted);
    } finally {
      unlink();
    }
  }

  return {
    correct: (request) =>
      about(request, async (ask, { cut, ...values }): Promise<Correction> => {
        const { reply, by, usage } = await write(ask);
        const text = contract.read(reply, values);
        if (text === undefined) throw unparsable(contract, reply);
        return { text, by, ...(usage && { usage }), ...(cut && { cut }) };
      }),
    ...(score && {
      likelihood: (request) => about(request, (ask) => likelihoodOf(score, ask)),
    }),
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
