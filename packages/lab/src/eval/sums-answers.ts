import type { AlignEvent, Aligner, AlignOptions, Upstream } from '@stream-aligner/core';
import { collect } from './collect.ts';
import { answerIn, isRight } from '../worlds/sums/check.ts';
import type { Problem } from '../worlds/sums/problem.ts';
import { answerOf } from '../worlds/sums/solve.ts';

/** Rounds that are evaluated: one more than the longest solution has sentences, then `all`. */
export const ROUNDS: readonly (number | 'all')[] = [0, 1, 2, 3, 4, 5, 'all'];
export const THENS = ['continue', 'stop'] as const;

/** One draft of a fully aligned answer, judged against the question and the accepted prefix. */
export interface JudgedDraft {
  draftRight: boolean;
  textRight: boolean;
  changed: boolean;
}

/** Everything that was asked of the pair about one problem. */
export interface SumsAnswers {
  problem: Problem;
  /** Whether the final number is right, by rounds and `then`: the key is {@link rowKey}. */
  right: Record<string, boolean>;
  drafts: JudgedDraft[];
  /** The fully aligned answer failed, because the aligner gave no verdict; it counts as wrong everywhere. */
  failed: boolean;
}

export const rowKey = (rounds: number | 'all', then: 'continue' | 'stop') => `${rounds}/${then}`;

export interface AnswerOptions {
  upstream: Upstream;
  aligner: Aligner;
  temperature: number;
  seed: number;
}

/** Answers one problem with every number of rounds and both values of `then`. */
export async function answerSums(problem: Problem, options: AnswerOptions): Promise<SumsAnswers> {
  const gold = answerOf(problem);
  const isGold = (text: string) => answerIn(text) === gold;
  const ask = (rounds: number | 'all', then: 'continue' | 'stop') =>
    collect(request(problem, options, { rounds, then }));
  const whole = await ask('all', 'continue');
  const sentences = whole.events.filter(isSentence);
  const right: Record<string, boolean> = {};
  for (const rounds of ROUNDS) {
    // At temperature 0 the rounds of one answer come from one pass: its first k sentences are those of k rounds, and
    // where nothing is rewritten after them, the free remainder is what was kept.
    const done = rounds === 'all' ? sentences.length : rounds;
    const settled =
      options.temperature === 0 &&
      !whole.failed &&
      !sentences.slice(done).some((event) => event.type === 'sentence-rewritten');
    const stopped = sentences.slice(0, done).map((event) => event.sent);
    right[rowKey(rounds, 'continue')] = isGold(
      settled || rounds === 'all' ? whole.text : (await ask(rounds, 'continue')).text,
    );
    right[rowKey(rounds, 'stop')] = isGold(rounds === 'all' ? whole.text : stopped.join(''));
  }
  return { problem, right, drafts: judgeDrafts(problem, sentences), failed: whole.failed };
}

type SentenceEvent = Extract<AlignEvent, { type: 'sentence-kept' | 'sentence-rewritten' }>;

const isSentence = (event: AlignEvent): event is SentenceEvent =>
  event.type === 'sentence-kept' || event.type === 'sentence-rewritten';

function judgeDrafts(problem: Problem, sentences: readonly SentenceEvent[]): JudgedDraft[] {
  let prefix = '';
  return sentences.map((event) => {
    const text = event.type === 'sentence-kept' ? event.draft : event.text;
    const judged = {
      draftRight: isRight(problem, prefix, event.draft),
      textRight: isRight(problem, prefix, text),
      changed: text !== event.draft,
    };
    prefix += event.sent;
    return judged;
  });
}

function request(
  problem: Problem,
  { upstream, aligner, temperature, seed }: AnswerOptions,
  rest: Pick<AlignOptions, 'rounds' | 'then'>,
): AlignOptions {
  const params = { temperature, seed, maxTokens: 200 };
  return { upstream, aligner, messages: [{ role: 'user', content: problem.question }], params, ...rest };
}
