import * as z from 'zod';
import { PATTERN_FLAGS } from '../traces/keeping.ts';
import { keys } from './keys.ts';
import { section } from './section.ts';

const url = z
  .string()
  .refine((text) => /^sqlite:.+$/.test(text) || (/^postgres(ql)?:/.test(text) && URL.canParse(text)), {
    error: 'expected sqlite:FILE, or postgres://user:password@host/database',
  });

const pattern = z.string().superRefine((text, context) => {
  try {
    RegExp(text, PATTERN_FLAGS);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split(': ').at(-1) ?? '') : '';
    context.addIssue({ code: 'custom', message: `no regular expression of JavaScript: ${why}` });
  }
});

/** `traces`: answers are kept, to be looked at and judged. */
export const traces = section({
  /** A relative path starts at the configuration's folder. */
  url: url.default('sqlite:stream-aligner-traces.db'),
  /** Days after which traces are removed. */
  keepDays: z.int().min(1).default(30),
  /** `none` keeps counts, kinds and timings, and nothing that anybody said. */
  texts: z.enum(['full', 'none']).default('full'),
  /** Regular expressions; what they find is replaced by `[redacted]` before it is written. */
  redact: z.array(pattern).default([]),
  /** Who may read traces and judge them. */
  keys,
});

export type TracesConfiguration = z.infer<typeof traces>;

/** Traces as they are kept when nothing but that is said. */
export function defaultTraces(): TracesConfiguration {
  return traces.parse({});
}
