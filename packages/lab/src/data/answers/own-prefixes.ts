import { type Aligner, type Correction, StreamAlignerError, structureFault } from '@stream-aligner/core';

type Asked = { prefix: string; draft: string };

/**
 * An aligner that keeps every draft, so that prefixes stay what the upstream wrote, and tells `note` what the other one
 * would have made of it. Unlike shadow mode it waits for every verdict and lets none fall by the wayside. What the
 * correction loop refuses in rewrites that it applies is refused here as well.
 */
export function keepingOwnPrefixes(aligner: Aligner, note: (at: Asked, text: string) => void): Aligner {
  return {
    model: aligner.model,
    async open(request) {
      const session = await aligner.open(request);
      return {
        async correct({ kind, ...asked }) {
          const correction: Correction = await session.correct({ kind, ...asked });
          const text = correction.text === asked.draft ? asked.draft : correction.text.trim();
          const fault = text === '' ? 'it is empty' : structureFault({ kind, draft: asked.draft, text });
          if (fault !== null)
            throw new StreamAlignerError('aligner-failed', `The annotator's rewrite was refused: ${fault}.`);
          note(asked, text);
          return { ...correction, text: asked.draft };
        },
        close: () => session.close(),
      };
    },
  };
}
