import type { Aligner } from '@stream-aligner/core';

/** An aligner that counts the tokens it reads and writes, verdicts that nobody used included. */
export function meterAligner(aligner: Aligner): { aligner: Aligner; used(): number } {
  let used = 0;
  return {
    used: () => used,
    aligner: {
      model: aligner.model,
      async open(request) {
        const session = await aligner.open(request);
        return {
          async correct(asked) {
            const correction = await session.correct(asked);
            used += (correction.usage?.promptTokens ?? 0) + (correction.usage?.completionTokens ?? 0);
            return correction;
          },
          close: () => session.close(),
        };
      },
    },
  };
}
