import { createEchoStripper, createJunction, createOverlapStripper } from '@stream-aligner/providers';
import type { AlignMiddlewareOptions } from './options.ts';

/** Drops what a model repeats of the answer so far, and mends the whitespace where it goes on. */
export function createMending(prefix: string, { echo, junction, continuation }: AlignMiddlewareOptions) {
  const native = continuation === 'native';
  const filters = [
    ...(echo === 'never' ? [] : [createEchoStripper(prefix)]),
    ...(native ? [] : [createOverlapStripper(prefix)]),
    createJunction(prefix, native ? (junction ?? 'exact') : 'trimmed'),
  ];
  return {
    push: (text: string) => filters.reduce((through, filter) => filter.push(through), text),
    flush: () => filters.reduce((through, filter) => filter.push(through) + filter.flush(), ''),
  };
}
