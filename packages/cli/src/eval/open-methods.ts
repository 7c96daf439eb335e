import { type Aligner, type ChatMessage, StreamAlignerError } from '@stream-aligner/core';
import {
  createBestOfN,
  createCopyRanker,
  createFullMethod,
  createSelfCritique,
  createStreamMethod,
  type Method,
  type Ranker,
  type ScoreModels,
} from '@stream-aligner/lab';
import type { NamedModels } from '../data/models.ts';
import { withProgress } from '../terminal/progress.ts';
import type { EvalFlags } from './flags.ts';

/** What answers beside the upstream itself, in the order of the flags. */
export async function openMethods(
  models: NamedModels,
  { aligner: named, rounds, then, full, bestOf, rankBy, selfCritique }: EvalFlags,
  scorers: ScoreModels,
): Promise<Method[]> {
  const aligner =
    named === undefined ? undefined : await withProgress('Loading the models', models.aligner(named));
  const methods: Method[] = [];
  if (aligner) methods.push(createStreamMethod({ aligner, rounds, thens: then }));
  if (full !== undefined) {
    const { upstream: model } = await withProgress('Loading the models', models.upstream(full));
    methods.push(createFullMethod({ model }));
  }
  if (bestOf !== undefined)
    methods.push(createBestOfN({ n: bestOf, rank: rankerOf(rankBy, { aligner, scorers }) }));
  if (selfCritique) methods.push(createSelfCritique());
  return methods;
}

function rankerOf(
  name: string,
  { aligner, scorers: { reward } }: { aligner: Aligner | undefined; scorers: ScoreModels },
): Ranker {
  if (name === 'copy') {
    if (aligner) return createCopyRanker(aligner);
    throw wrong(
      'Answers are ranked by how likely the aligner is to copy them: name one with --aligner, or --rank-by reward.',
    );
  }
  if (!reward) throw wrong('Answers are to be ranked by a reward model: name one with --reward.');
  return async ({ messages, text, signal }) => {
    const asked = { messages: [...messages] as ChatMessage[], answer: text, signal };
    return { score: (await reward.score(asked)) ?? Number.NEGATIVE_INFINITY, tokens: 0 };
  };
}

const wrong = (message: string) => new StreamAlignerError('invalid-request', message);
