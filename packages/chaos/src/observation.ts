import type { RawReply } from './client.ts';
import type { EndReason } from './world.ts';

/** What a client made of a reply, read without any of the product's code. */
export interface Observation {
  /**
   * `finished`: it was told so; `failed`: it was told that; `silent`: the reply was whole and said neither; `broken`: the
   * connection broke without a word; `left` and `overtime` as in {@link RawReply}.
   */
  outcome: 'finished' | 'failed' | 'silent' | 'broken' | 'left' | 'overtime';
  text: string;
  reason: EndReason | string | null;
  /** Whether a piece of the text ended or began inside a character. */
  torn: boolean;
  /** What the reply said that contradicts itself or the protocol. */
  contradictions: readonly string[];
}

/** What a reply's body says, before how the connection ended is taken into account. */
export interface Told {
  text: string;
  /** The finish reason, in the words of chat completions; null: no finish was told. */
  reason: string | null;
  failed: boolean;
  torn: boolean;
  contradictions: string[];
}

/** One JSON object of which nothing is known yet. */
export type Loose = Readonly<Record<string, unknown>>;

export function parseLoose(text: string): Loose | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return asLoose(value);
  } catch {
    return undefined;
  }
}

export function asLoose(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null ? (value as Loose) : undefined;
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The data of the complete events in a stream, with their names. Comments give none. */
export function eventsIn(body: string): { name: string; data: string }[] {
  return body
    .split('\n\n')
    .slice(0, -1)
    .map((event) => event.split('\n'))
    .filter((lines) => lines.some((line) => line.startsWith('data:')))
    .map((lines) => ({
      name: lines.find((line) => line.startsWith('event: '))?.slice('event: '.length) ?? '',
      data: lines
        .flatMap((line) => (line.startsWith('data: ') ? [line.slice('data: '.length)] : []))
        .join('\n'),
    }));
}

/** Joins what was told with how the connection ended. */
export function observe(reply: RawReply, told: Told): Observation {
  const { text, reason, torn, contradictions } = told;
  if (reply.end === 'left' || reply.end === 'overtime')
    return { outcome: reply.end, text, reason, torn, contradictions };
  const outcome = told.failed
    ? 'failed'
    : reason !== null
      ? 'finished'
      : reply.end === 'broken'
        ? 'broken'
        : 'silent';
  return { outcome, text, reason, torn, contradictions };
}
