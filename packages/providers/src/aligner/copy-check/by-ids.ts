import type { AlignerUsage } from '@stream-aligner/core';
import { linkSignals } from '../../http/link-signals.ts';
import { streamCompletion } from '../../http/stream-completion.ts';
import { readReply } from '../read-reply.ts';
import { type CopyAsk, type CopyCheck, type CopyRow, type Reply, unavailable } from './protocol.ts';

/** A prompt and the copy behind it, in token ids. */
export interface ScoredIds {
  prompt: readonly number[];
  copy: readonly number[];
}

/** A server that tokenises, scores and continues token ids. */
export interface IdWire {
  /** The ids of the rendered conversation: open for the model's reply, which begins with `reply` if that is given. */
  tokenize(ask: CopyAsk, reply?: string): Promise<number[]>;
  detokenize(ask: CopyAsk, ids: readonly number[]): Promise<string>;
  score(ask: CopyAsk, ids: ScoredIds): Promise<{ rows: CopyRow[]; ends: boolean; usage: AlignerUsage }>;
  /** What greedy decoding writes behind `ids`, without them. */
  decode(ask: CopyAsk, ids: readonly number[], maxTokens: number): Promise<Reply>;
}

/** A copy check over ids: the copy is tokenised in its context, scored, and continued from where the model differs. */
export function scoreByIds(wire: IdWire): NonNullable<CopyCheck['score']> {
  return async (ask) => {
    const [prompt, whole] = await inParallel(ask, (linked) => [
      wire.tokenize(linked),
      wire.tokenize(linked, ask.copy),
    ]);
    const firstOther = prompt.findIndex((id, index) => id !== whole[index]);
    if (firstOther >= 0 && firstOther < prompt.length - 1)
      throw unavailable(ask.endpoint, 'renders an answer that is given otherwise than one that is asked for');
    const copy = whole.slice(prompt.length);
    // Where the copy's first token merges into the prompt, the model is asked from elsewhere when it decodes: what is
    // scored there would not be its own reply.
    if (firstOther >= 0 || copy.length === 0) return undefined;
    const [scored, text] = await inParallel(ask, (linked) => [
      wire.score(linked, { prompt, copy }),
      wire.detokenize(linked, copy),
    ]);
    if (text.trim() !== ask.copy.trim()) return undefined;
    return {
      ...scored,
      resume: {
        textOf: (count) => wire.detokenize(ask, copy.slice(0, count)),
        decode: (count) =>
          wire.decode(ask, [...prompt, ...copy.slice(0, count)], Math.max(1, ask.maxTokens - count)),
      },
    };
  };
}

/** What greedy decoding writes behind the ids in `completion.prompt`, on servers whose completions take ids. */
export function decodeIds(
  { endpoint, signal }: CopyAsk,
  completion: Readonly<Record<string, unknown>>,
  maxTokens: number,
): Promise<Reply> {
  const body = {
    ...completion,
    max_tokens: maxTokens,
    stream: true,
    stream_options: { include_usage: true },
  };
  return readReply(streamCompletion(endpoint, { path: '/completions', body, signal }), maxTokens);
}

/** Waits for two requests at once; when one fails, the other is called off before that is reported. */
export async function inParallel<A, B>(
  ask: CopyAsk,
  start: (linked: CopyAsk) => [Promise<A>, Promise<B>],
): Promise<[A, B]> {
  const { controller, unlink } = linkSignals([ask.signal]);
  const tasks = start({ ...ask, signal: controller.signal });
  try {
    return await Promise.all(tasks);
  } catch (error) {
    controller.abort(error);
    await Promise.allSettled(tasks);
    throw error;
  } finally {
    unlink();
  }
}
