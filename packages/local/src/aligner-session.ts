import {
  type AlignerSession,
  type ContractValues,
  type CopyLikelihood,
  type Correction,
  type CorrectionRequest,
  cleanCorrection,
  escapeText,
  fitToWindow,
  type Lease,
  renderStreamAligner,
  StreamAlignerError,
} from '@stream-aligner/core';
import type { Token } from 'node-llama-cpp';
import type { LocalModel } from './local-model.ts';
import { GREEDY, type Sequence } from './sequence.ts';
import { createMutex, untilAborted } from './waiting.ts';

/** One draft's prompt, with the ids that would copy the draft. */
interface Prompt {
  ids: Token[];
  copy: Token[];
  /** The answer so far as the model is shown it. */
  prefix: string;
  cut?: NonNullable<Correction['cut']>;
}

/**
 * One answer on a sequence of a local aligner. Verdicts are given one at a time, in the order of asking: they stand
 * behind the same question and share its keys and values.
 */
export function createAlignerSession(options: {
  model: LocalModel;
  lease: Lease<Sequence>;
  question: string;
  copyCheck: 'exact' | 'off';
}): AlignerSession {
  const { model, lease, question, copyCheck } = options;
  const sequence = lease.item;
  const oneByOne = createMutex();
  const header = model.chat.answer('');
  const over = new AbortController();
  let closing: Promise<void> | null = null;

  /** The ids that write `draft`, as the model itself would go on after its turn's header. */
  function copyOf(draft: string): Token[] {
    return model.chat.answer(escapeText(draft)).slice(header.length);
  }

  function promptOf(values: ContractValues): Token[] {
    const content = renderStreamAligner(values);
    return [...model.chat.conversation([{ role: 'user', content }]), ...header];
  }

  function holds(values: ContractValues, reply: number): boolean {
    const { question: asked, prefix, draft } = values;
    if (model.fewestTokens(asked.length + prefix.length + draft.length) > sequence.size) return false;
    return promptOf(values).length + reply <= sequence.size;
  }

  function ask({ prefix, draft }: CorrectionRequest): Prompt {
    const copy = copyOf(draft);
    const reply = longestReply(copy);
    const fitted = fitToWindow({
      question,
      prefix,
      draft,
      fits: (values) => holds(values, reply),
    });
    if (!fitted)
      throw new StreamAlignerError(
        'aligner-failed',
        `A sentence of ${copy.length} tokens does not fit ${model.name}, which can hold ${sequence.size} tokens with the prompt and the reply. Use an aligner with a larger context, or lower maxSegmentLength.`,
        { details: { tokens: copy.length, contextSize: sequence.size } },
      );
    const prompt = { ids: promptOf(fitted), copy, prefix: fitted.prefix };
    return fitted.cut ? { ...prompt, cut: fitted.cut } : prompt;
  }

  /** How much of the copy the model agrees with, and the token it puts there instead, if any. */
  async function check({ ids, copy }: Prompt, signal: AbortSignal): Promise<Token[]> {
    const from = ids.length - 1;
    const predicted = await sequence.predict({ ids: [...ids, ...copy], from, sampling: GREEDY, signal });
    const agreed = predicted.findIndex((token, index) => token !== copy[index]);
    return predicted.slice(0, agreed + 1);
  }

  async function judge(request: CorrectionRequest): Promise<Correction> {
    const { signal, draft } = request;
    signal.throwIfAborted();
    const prompt = ask(request);
    const reply = copyCheck === 'exact' ? await check(prompt, signal) : [];
    const isCopy = reply.length === prompt.copy.length + 1 && isEnd(reply.at(-1));
    const limit = longestReply(prompt.copy);
    while (!isEnd(reply.at(-1))) {
      if (reply.length >= limit)
        throw new StreamAlignerError(
          'aligner-failed',
          `${model.name} wrote ${reply.length} tokens for a sentence of ${prompt.copy.length} and did not come to an end.`,
          { details: { replyTokens: reply.length, draftTokens: prompt.copy.length } },
        );
      const ids = [...prompt.ids, ...reply];
      reply.push(...(await sequence.predict({ ids, from: ids.length - 1, sampling: GREEDY, signal })));
    }
    const text = model.native.detokenize(reply.slice(0, -1), false, header);
    const correction: Correction = {
      text: cleanCorrection({ reply: text, prefix: prompt.prefix, draft }),
      by: isCopy ? 'copy-check' : 'decoding',
      usage: { promptTokens: prompt.ids.length, completionTokens: reply.length },
    };
    return prompt.cut ? { ...correction, cut: prompt.cut } : correction;
  }

  async function likelihoodOf(request: CorrectionRequest): Promise<CopyLikelihood> {
    const { ids, copy } = ask(request);
    const { signal } = request;
    const each = await sequence.probabilities({ ids: [...ids, ...copy], from: ids.length, signal });
    return {
      // A probability too small for its type is one of the smallest, not none.
      logProbability: each.reduce((sum, value) => sum + Math.log(Math.max(value, 1e-38)), 0),
      tokens: each.length,
      usage: { promptTokens: ids.length + copy.length, completionTokens: 0 },
    };
  }

  /** One verdict after the other, until the answer is closed. */
  function inTurn<T>(
    request: CorrectionRequest,
    work: (request: CorrectionRequest) => Promise<T>,
  ): Promise<T> {
    const signal = AbortSignal.any([request.signal, over.signal]);
    return untilAborted(
      oneByOne(() => work({ ...request, signal })),
      signal,
    );
  }

  function isEnd(token: Token | undefined): boolean {
    return token !== undefined && model.native.isEogToken(token);
  }

  return {
    correct: (request) => inTurn(request, judge),
    likelihood: (request) => inTurn(request, likelihoodOf),
    close() {
      over.abort(new StreamAlignerError('closed', 'The session of this answer was closed.'));
      closing ??= sequence.clear().finally(lease.release);
      return closing;
    },
  };
}

/** Most tokens of a reply, its end included: room for a copy, or for a rewrite several sentences long. */
function longestReply(copy: readonly Token[]): number {
  return 2 * copy.length + 96;
}
