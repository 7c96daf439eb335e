import type { Upstream } from '@stream-aligner/core';

/** An upstream that reports how many answers wait for it to open. */
export function countWaiting(upstream: Upstream, gauge: { inc(): void; dec(): void }): Upstream {
  const { model, continuation } = upstream;
  return {
    model,
    continuation,
    ...(upstream.countTokens && { countTokens: (text: string) => upstream.countTokens?.(text) ?? 0 }),
    async open(request) {
      gauge.inc();
      try {
        return await upstream.open(request);
      } finally {
        gauge.dec();
      }
    },
  };
}
