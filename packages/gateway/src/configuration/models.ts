import type { SegmentKind } from '@stream-aligner/core';
import * as z from 'zod';
import { count, milliseconds, name } from './model-server.ts';
import { section } from './section.ts';

/** How one answer is aligned: the library's options of the same names, with the same defaults. */
export const recipeOptions = {
  rounds: z
    .union([count, z.literal('all')], { error: 'expected a whole number of 0 or more, or "all"' })
    .exactOptional(),
  then: z.enum(['continue', 'stop']).exactOptional(),
  mode: z.enum(['align', 'shadow']).exactOptional(),
  lookahead: z.int().min(0).max(64).exactOptional(),
  onAlignerFailure: z.enum(['block', 'pass']).exactOptional(),
  reasoning: z.enum(['drop', 'pass', 'align']).exactOptional(),
};

const kinds = [
  'prose',
  'heading',
  'list-item',
  'table',
  'code',
  'math',
  'json',
] as const satisfies readonly SegmentKind[];

/** One name, or several in the order of preference. */
const names = z.union([name, z.array(name).min(1, { error: 'name at least one' })], {
  error: 'expected a name, or a list of names',
});

/** One entry of `models`. */
export const model = section({
  /** An upstream, or a list: an answer whose upstream fails goes on with the next. */
  upstream: names,
  /** An aligner, or a list of replicas. */
  aligner: names.exactOptional(),
  ...recipeOptions,
  exempt: z.array(z.enum(kinds)).exactOptional(),
  protect: z.array(z.enum(['urls', 'numbers'])).exactOptional(),
  retries: z.int().min(0).max(10).exactOptional(),
  allowDelete: z.boolean().exactOptional(),
  maxRestarts: count.exactOptional(),
  maxSegmentLength: z.int().min(64).exactOptional(),
  recovery: section({
    attempts: z.int().min(0).max(10).exactOptional(),
    backoffMs: count.exactOptional(),
    maxBackoffMs: count.exactOptional(),
  }).exactOptional(),
  budget: section({ extraMs: count.exactOptional(), extraTokens: count.exactOptional() }).exactOptional(),
  deadlines: section({
    open: milliseconds.exactOptional(),
    upstream: milliseconds.exactOptional(),
    correction: milliseconds.exactOptional(),
    answer: milliseconds.exactOptional(),
  }).exactOptional(),
  /**
   * What a request's `stream_aligner` field may change: nothing, only what never lets more unaligned text out, or any of
   * its options.
   */
  overrides: z.enum(['none', 'tighten', 'any']).default('tighten'),
  /** Whether its answers are traced, where traces are kept. Default true. */
  traces: z.boolean().exactOptional(),
});

export type ModelConfiguration = z.infer<typeof model>;

/** The names under a key that takes one or several. */
export function namesOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
