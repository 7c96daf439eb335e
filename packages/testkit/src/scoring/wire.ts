import type { FaultSet, RequestKind } from './faults.ts';
import type { TokenModel } from './model.ts';
import { END } from './vocabulary.ts';

/** A parsed JSON body. */
export type Body = Readonly<Record<string, unknown>>;

/** A request as a wire sees it. */
export interface WireRequest {
  body: Body;
  model: TokenModel;
  faults: FaultSet;
}

/** One JSON reply, or the events of a stream. */
export interface Answer {
  status: number;
  json?: unknown;
  events?: unknown[];
}

/** One path of a server. */
export interface Route {
  kind(body: Body): RequestKind;
  answer(request: WireRequest): Answer;
}

/** One kind of server: its paths, and how it words a refusal. */
export interface Wire {
  routes: Readonly<Record<string, Route>>;
  refusal(status: number, message: string): unknown;
}

/** Thrown by a route for a request that the real server would refuse. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Refuses fields that the route does not know: real servers ignore them, and a misspelt one is never noticed. */
export function onlyFields(body: Body, known: readonly string[]): void {
  const other = Object.keys(body).find((name) => !known.includes(name));
  if (other) throw new Refusal(400, `Unknown field ${other}.`);
}

/** Whole numbers of a field. */
export function idsOf(value: unknown): number[] {
  if (!Array.isArray(value) || !value.every((id) => Number.isInteger(id)))
    throw new Refusal(422, 'Expected token ids.');
  return value as number[];
}

export function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** One scored token of a prompt. */
export interface Row {
  id: number;
  logprob: number | null;
  rank: number;
  top: { id: number; logprob: number };
}

/** The rows of the tokens from `from` on, each given those before it; with whatever the faults make of them. */
export function scoreRows(
  { model, faults }: WireRequest,
  ids: readonly number[],
  from: number,
): (Row | null)[] {
  const rows = ids.slice(from).map((id, index): Row | null => {
    if (from + index === 0 || faults.has('null-rows')) return null;
    const { top, logprobs } = model.predict(ids.slice(0, from + index));
    const own = logprobs[id] ?? -Infinity;
    const row = {
      id: faults.has('wrong-ids') ? id + 1 : id,
      logprob: faults.has('null-logprob') ? null : faults.has('positive-logprob') ? 1 : own,
      rank: logprobs.filter((logprob) => logprob >= own).length,
      top: { id: top, logprob: logprobs[top] ?? 0 },
    };
    return row;
  });
  if (faults.has('short-rows')) return rows.slice(0, -1);
  return faults.has('long-rows') ? [...rows, rows.at(-1) ?? null] : rows;
}

/** Why a reply of at most `max` tokens ended. */
export function finishOf(written: readonly number[]): 'stop' | 'length' {
  return written.at(-1) === END ? 'stop' : 'length';
}

/** Usage in OpenAI's words. */
export function usageOf(prompt: readonly number[], written: readonly number[]) {
  return {
    prompt_tokens: prompt.length,
    completion_tokens: written.length,
    total_tokens: prompt.length + written.length,
  };
}
