import type { Feedback, Trace } from '@stream-aligner/core';
import type { KeepOptions } from '../keeping.ts';
import type { RecordedAnswer } from '../recorded-answer.ts';
import type { TracePage, TraceQuery } from '../store.ts';

/** What the thread is started with. */
export interface ThreadData {
  url: string;
  keep: KeepOptions;
}

/** What the thread does, with plain values that can cross from one thread to another. */
export interface ThreadCalls {
  /** Opens the store, as every other call does when it is not open. */
  open(): Promise<void>;
  /** Makes traces of answers, with only those texts that are to be kept, and writes them. */
  write(answers: readonly RecordedAnswer[]): Promise<void>;
  list(query: TraceQuery): Promise<TracePage>;
  get(id: string): Promise<Trace | null>;
  /** The feedback as it was written; null where there is no such trace. */
  review(id: string, feedback: Feedback): Promise<Feedback | null>;
  forget(id: string, round: number): Promise<boolean>;
  prune(before: string, most: number): Promise<number>;
  close(): Promise<void>;
}

export type CallName = keyof ThreadCalls;

export interface Call {
  id: number;
  name: CallName;
  args: readonly unknown[];
}

/**
 * How a call ended. Of an error that is not ours only the code crosses, because databases quote in their messages what
 * they were given.
 */
export type Reply = { id: number } & (
  { result: unknown } | { ours: { code: string; message: string } } | { code: string }
);
