import type { ChatMessage } from '@stream-aligner/core';
import { textOf } from '@stream-aligner/core';
import { alignerReply } from '../http/aligner-prompt.ts';
import type { AlignerScript } from '../http/script.ts';
import { BOS, bytesOf, END, encode, firstId, piecesOf, TURN, VOCABULARY_SIZE } from './vocabulary.ts';

/** What the model thinks of every token as the next one. */
export interface Prediction {
  /** The likeliest token. */
  top: number;
  logprobs: Float64Array;
}

/** A language model that is a function of token ids and nothing else. */
export interface TokenModel {
  predict(ids: readonly number[]): Prediction;
  /** Greedy decoding, its end of turn included, up to `max` tokens. A `penalty` other than 1 bends some choices. */
  write(ids: readonly number[], options: { max: number; penalty?: number }): number[];
}

/** A conversation in the model's chat template: open for a reply, or for the rest of the reply it ends with. */
export function render(messages: readonly ChatMessage[], { isOpen = false } = {}): number[] {
  const turns = isOpen ? messages.slice(0, -1) : messages;
  const texts = turns.map((message) => `<|im_start|>${message.role}\n${textOf(message)}<|im_end|>\n`);
  const last = isOpen ? messages.at(-1) : undefined;
  return [BOS, ...encode(`${texts.join('')}<|im_start|>assistant\n${last ? textOf(last) : ''}`)];
}

/**
 * A model that answers a contract's prompt with what `script` says. It writes some words in smaller tokens than the
 * tokenizer would, thinks the draft's own words nearly as likely where it rewrites, and goes astray and ends where it is
 * made to continue a text that it would not have written.
 */
export function createTokenModel(script: AlignerScript): TokenModel {
  const replies = new Map<string, { reply: string; draft: string }>();

  function predict(ids: readonly number[]): Prediction {
    const state = mix(ids);
    const scores = Float64Array.from({ length: VOCABULARY_SIZE }, (_, id) => 3 * unit(state, id));
    const { top, copy } = choose(ids, state);
    scores[top] = 7 + 7 * unit(state, -1);
    if (copy !== undefined && copy !== top) scores[copy] = (scores[top] ?? 0) - 0.1 - 3 * unit(state, -2);
    const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
    return { top, logprobs: scores.map((score) => score - Math.log(sum)) };
  }

  function choose(ids: readonly number[], state: number): { top: number; copy?: number } {
    const turn = ids.lastIndexOf(TURN);
    const tail = piecesOf(ids.slice(turn + 1));
    const header = 'assistant\n';
    if (turn < 0 || ids.at(-1) === END || !tail.startsWith(header)) return { top: state % 256 };
    const written = tail.slice(header.length);
    const { reply, draft } = wanted(ids.slice(0, turn));
    const copy = draft.startsWith(written) ? follow(draft.slice(written.length)) : undefined;
    const top = reply.startsWith(written)
      ? follow(reply.slice(written.length), state % 29 === 0)
      : state % 3 === 0
        ? END
        : 97 + (state % 26);
    return copy === undefined ? { top } : { top, copy };
  }

  /** What the model wants to reply to the conversation before its turn, and what would copy the draft in it. */
  function wanted(head: readonly number[]) {
    const key = head.join();
    const known = replies.get(key);
    if (known) return known;
    const content = Buffer.from(piecesOf(head.slice(head.lastIndexOf(TURN) + 1)), 'latin1').toString('utf8');
    const user: ChatMessage = { role: 'user', content: content.replace(/^user\n/, '').replace(/\n$/, '') };
    const found = {
      reply: bytesOf(alignerReply([user], script) ?? 'OK'),
      draft: bytesOf(alignerReply([user], ({ draft }) => draft) ?? ''),
    };
    replies.set(key, found);
    return found;
  }

  return {
    predict,
    write(ids, { max, penalty = 1 }) {
      const written: number[] = [];
      while (written.length < max && written.at(-1) !== END) {
        const sofar = [...ids, ...written];
        const state = mix(sofar);
        const isBent = penalty !== 1 && state % 5 === 0;
        written.push(isBent ? END : choose(sofar, state).top);
      }
      return written;
    },
  };
}

function follow(rest: string, inSmallTokens = false): number {
  if (rest === '') return END;
  return inSmallTokens ? rest.charCodeAt(0) : firstId(rest);
}

function mix(ids: readonly number[]): number {
  let state = 0x811c9dc5;
  for (const id of ids) state = Math.imul(state ^ id, 0x01000193);
  return scramble(state);
}

function unit(state: number, id: number): number {
  return scramble(state ^ Math.imul(id + 3, 0x9e3779b1)) / 2 ** 32;
}

function scramble(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
