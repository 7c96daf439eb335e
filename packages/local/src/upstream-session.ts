import {
  type Lease,
  StreamAlignerError,
  type UpstreamEvent,
  type UpstreamSession,
} from '@stream-aligner/core';
import type { Token } from 'node-llama-cpp';
import { createJunction, type Junction } from './junction.ts';
import type { LocalModel } from './local-model.ts';
import type { Sampling, Sequence } from './sequence.ts';
import { createTokenReader, type TokenReader } from './token-reader.ts';

/** Everything the model wrote after one prefix, kept so that a continuation of it can go on where it stopped. */
interface Writing {
  prefix: string;
  /** Ids of the conversation, of the prefix without the whitespace at its end, and of what was written. */
  ids: Token[];
  /** What was written, as far as it goes on after `prefix`: without its repetition of the prefix's last whitespace. */
  text: string;
  /** For each written token, where its text begins and ends in `text`. */
  tokens: { begin: number; end: number }[];
  reader: TokenReader;
  junction: Junction;
  finished: boolean;
}

/**
 * One answer of a local model.
 *
 * Where to go on from is a function of text. A prefix that is the beginning of what was written already goes on with the
 * ids that were written, the rest being given out again: stopping after each sentence and never stopping then lead to
 * the same ids. Any other prefix is tokenised anew and whole, and shares keys and values with what was computed before
 * as far as the ids agree.
 */
export function createUpstreamSession(options: {
  model: LocalModel;
  lease: Lease<Sequence>;
  conversation: readonly Token[];
  sampling: Sampling;
}): UpstreamSession {
  const { model, lease, conversation, sampling } = options;
  const sequence = lease.item;
  const over = new AbortController();
  let writing: Writing | null = null;
  let closing: Promise<void> | null = null;

  function begin(prefix: string): Writing {
    const shown = prefix.trimEnd();
    const fewest = conversation.length + model.fewestTokens(shown.length);
    if (fewest > sequence.size && writing === null) throw tooLong(fewest, 'at least ');
    // A model that writes after whitespace does not write as it learnt to: its tokens begin with the space.
    const ids = [...conversation, ...model.chat.answer(shown)];
    if (ids.length > sequence.size && writing === null) throw tooLong(ids.length);
    const reader = createTokenReader(model.native, ids);
    return { prefix, ids, text: '', tokens: [], reader, junction: createJunction(prefix), finished: false };
  }

  function tooLong(tokens: number, bound = ''): StreamAlignerError {
    return new StreamAlignerError(
      'context-overflow',
      `The conversation and the beginning of its answer have ${bound}${tokens} tokens, and ${model.name} can hold ${sequence.size}. Shorten them.`,
      { details: { tokens, contextSize: sequence.size } },
    );
  }

  async function write(to: Writing, signal: AbortSignal): Promise<void> {
    const { ids } = to;
    const [token] = await sequence.predict({ ids, from: ids.length - 1, sampling, signal });
    if (token === undefined) throw new StreamAlignerError('internal', 'llama.cpp gave no token.');
    to.finished = model.native.isEogToken(token);
    const begin = to.text.length;
    to.text += to.junction(to.finished ? to.reader.flush() : to.reader.push(token));
    const last = to.tokens.at(-1);
    if (!to.finished) {
      ids.push(token);
      to.tokens.push({ begin, end: to.text.length });
    } else if (last) last.end = to.text.length;
  }

  return {
    async *continueFrom(prefix, signal, limits = {}): AsyncGenerator<UpstreamEvent, void, undefined> {
      const either = AbortSignal.any([signal, over.signal]);
      either.throwIfAborted();
      const { maxTokens = Number.POSITIVE_INFINITY } = limits;
      const from = writing && isContinued(writing, prefix) ? writing : begin(prefix);
      writing = from;
      let at = prefix.length - from.prefix.length;
      let next = from.tokens.findIndex((token) => token.begin >= at);
      if (next < 0) next = from.tokens.length;
      let given = 0;
      // Known from the start, and said then: a continuation that is stopped never comes to its end.
      yield { type: 'usage', usage: { promptTokens: conversation.length, completionTokens: 0 } };
      let reason: 'stop' | 'length' | null = null;
      while (reason === null) {
        if (
          next === from.tokens.length &&
          !from.finished &&
          given < maxTokens &&
          from.ids.length <= sequence.size
        )
          await write(from, either);
        // Text up to the next token first: a prefix can end within a token, and the end can complete a character.
        const token = given < maxTokens ? from.tokens[next] : undefined;
        if (token) {
          next += 1;
          given += 1;
        } else reason = from.finished && next === from.tokens.length ? 'stop' : 'length';
        const end = token?.end ?? from.tokens[next]?.begin ?? from.text.length;
        if (end > at) {
          const text = from.text.slice(at, end);
          at = end;
          yield { type: 'text-delta', text };
          either.throwIfAborted();
        }
      }
      const usage = { promptTokens: conversation.length, completionTokens: given };
      yield { type: 'usage', usage };
      yield { type: 'finish', reason };
    },
    close() {
      over.abort(new StreamAlignerError('closed', 'The session of this answer was closed.'));
      closing ??= sequence.clear().finally(lease.release);
      return closing;
    },
  };
}

function isContinued({ prefix, text }: Writing, wanted: string): boolean {
  return wanted.startsWith(prefix) && (prefix + text).startsWith(wanted);
}
