import { modelAnnotator } from '../data/answers/annotator.ts';
import { createRunner } from '../data/answers/runner.ts';
import type { Plan } from '../data/answers/task.ts';
import type { BuildOptions } from '../data/build.ts';
import type { SourceItem } from '../data/prompts/source.ts';
import { scriptedAligner, scriptedUpstream } from './scripted-models.ts';

export const plan: Plan = {
  upstreams: ['big'],
  prefixes: ['corrected'],
  samples: 1,
  temperatures: [0],
  seed: 1,
};

/** The answer to `question N`: three sentences, of which the second is rewritten where N is not a multiple of 3. */
export const answer = (question: string) =>
  `First about ${question}. Wrong about ${question}. Last about ${question}.`;

export const correction = (draft: string) => {
  const number = Number(/\d+/.exec(draft)?.[0]);
  return number % 3 === 0 ? draft : draft.replace('Wrong', 'Right');
};

/** Prompts `question 0`, `question 1` and so on; `onTake` is told of each as it is asked for. */
export function numbered(count: number, onTake: (number: number) => void = () => {}) {
  return {
    count,
    async *items(): AsyncGenerator<SourceItem> {
      for (let number = 0; number < count; number += 1) {
        onTake(number);
        yield {
          at: `prompts:${number + 1}`,
          prompt: { messages: [{ role: 'user', content: `question ${number}` }] },
        };
      }
    },
  };
}

/** A build of numbered prompts with scripted models in this process. */
export function scriptedBuild(
  out: string,
  count: number,
  { pause, ...rest }: Partial<BuildOptions> & { pause?: (question: string) => Promise<void> } = {},
): BuildOptions {
  const upstream = scriptedUpstream(answer, pause ? { pause } : {});
  const annotator = modelAnnotator({ name: 'teacher', aligner: scriptedAligner(correction) });
  return {
    out,
    manifest: { format: 1, count },
    prompts: numbered(count),
    plan,
    run: createRunner({ upstreams: new Map([['big', { upstream }]]), annotator, maxTokens: 200 }),
    ...rest,
  };
}
