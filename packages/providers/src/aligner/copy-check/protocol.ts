import { type AlignerUsage, type ChatMessage, StreamAlignerError } from '@stream-aligner/core';
import type { Endpoint } from '../../http/endpoint.ts';
import type { ParameterWords } from '../../upstream/request-body.ts';

/** One draft to check or decode, as a server is asked about it. */
export interface CopyAsk {
  endpoint: Endpoint;
  model: string;
  /** The operator's own fields of every request. */
  body: Readonly<Record<string, unknown>>;
  /** The server's words for the parameters of plain decoding. */
  words: ParameterWords;
  messages: ChatMessage[];
  /** The reply that keeps the draft: the sentence as the aligner would write it. */
  copy: string;
  /** Most tokens of the whole reply. */
  maxTokens: number;
  /** Names this draft's requests on servers that take a name. */
  id: string;
  signal: AbortSignal;
}

/** What a server says of one token of the copy, in its place. */
export interface CopyRow {
  /** Whether it is certainly the token that greedy decoding would write there. */
  isTop: boolean;
  logprob: number;
}

/** A reply with the tokens it cost. */
export interface Reply {
  reply: string;
  usage?: AlignerUsage;
}

/** A copy after one forward pass over it. */
export interface ScoredCopy {
  /** One for each token of the copy, in order. */
  rows: readonly CopyRow[];
  /** Whether the model ends its turn behind the copy. */
  ends: boolean;
  usage: AlignerUsage;
  /** Absent where the server takes no token ids. */
  resume?: {
    /** The text of the copy's first `count` tokens. */
    textOf(count: number): Promise<string>;
    /** What greedy decoding writes behind them, without them. */
    decode(count: number): Promise<Reply>;
  };
}

/** How one kind of server is asked whether its model would copy a draft. */
export interface CopyCheck {
  /** Called once for each draft, before any request. */
  begin?(ask: CopyAsk): void;
  /** Fields of the request that decodes the reply. */
  decoding?(ask: CopyAsk): Record<string, unknown>;
  /**
   * Scores the copy in one pass. Undefined when this one cannot be scored (its first token would merge into the prompt,
   * or the chat template changes it). Rejects with {@link unavailable} when the server cannot check copies at all.
   */
  score?(ask: CopyAsk): Promise<ScoredCopy | undefined>;
}

/** What a copy check found: a reply, or only what the asking cost, when the reply has to be decoded from its start. */
export interface Checked {
  reply?: string;
  by: 'copy-check' | 'decoding';
  usage?: AlignerUsage;
}

/** A character of up to four bytes can be spread over as many tokens. */
const LONGEST_CHARACTER = 4;

/**
 * Checks a copy. Exact without `keepThreshold`: the reply is that of greedy decoding. With one, a token of at least that
 * probability passes too; what is not kept is decoded as without.
 */
export async function checkCopy(
  score: NonNullable<CopyCheck['score']>,
  ask: CopyAsk,
  keepThreshold?: number,
): Promise<Checked> {
  const scored = await score(ask);
  if (!scored) return { by: 'decoding' };
  const { rows, ends, usage } = scored;
  const least = keepThreshold === undefined ? Infinity : Math.log(keepThreshold);
  if (ends && rows.every(({ isTop, logprob }) => isTop || logprob >= least))
    return { reply: ask.copy, by: 'copy-check', usage };
  const firstOther = rows.findIndex(({ isTop }) => !isTop);
  const resumed = await resume(scored, ask, firstOther < 0 ? rows.length : firstOther);
  if (!resumed) return { by: 'decoding', usage };
  return { reply: resumed.reply, by: 'decoding', usage: addUsage(usage, resumed.usage) };
}

/**
 * Decodes behind the `agreed` tokens, or a few fewer where their text ends within a character. Decoding again what the
 * model agreed with gives the same, so that stepping back is always right.
 */
async function resume(scored: ScoredCopy, { copy }: CopyAsk, agreed: number): Promise<Reply | undefined> {
  if (!scored.resume) return undefined;
  // With nothing agreed, the request that decodes from the start does as well, and leaves out what the model thinks.
  for (let count = agreed; count > 0 && count > agreed - LONGEST_CHARACTER; count -= 1) {
    const text = await scored.resume.textOf(count);
    if (text.endsWith('\uFFFD') || !copy.startsWith(text)) continue;
    const { reply, usage } = await scored.resume.decode(count);
    return { reply: text + reply, ...(usage && { usage }) };
  }
  return undefined;
}

/** The sum of what two requests cost. */
export function addUsage(first: AlignerUsage, second: AlignerUsage | undefined): AlignerUsage {
  return {
    promptTokens: first.promptTokens + (second?.promptTokens ?? 0),
    completionTokens: first.completionTokens + (second?.completionTokens ?? 0),
  };
}

/** The server cannot check copies: `why` completes the sentence "The aligner at … ". Decoding goes on without it. */
export function unavailable(
  { origin }: Endpoint,
  why: string,
  details: Record<string, string | number> = {},
): StreamAlignerError {
  return new StreamAlignerError(
    'aligner-failed',
    `The aligner at ${origin} ${why}, so that copies cannot be checked there and every sentence is decoded. Check what serves it, or set \`copyCheck\` to \`off\`.`,
    { details: { ...details, origin, copyCheck: 'unavailable' } },
  );
}

/** Whether `error` is one of {@link unavailable}. */
export function isUnavailable(error: unknown): error is StreamAlignerError {
  return StreamAlignerError.isInstance(error) && error.details['copyCheck'] === 'unavailable';
}
