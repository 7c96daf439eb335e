import type { AlignEvent, Aligner, AlignOptions, Upstream } from '@stream-aligner/core';
import type { Score } from '../../worlds/world.ts';
import type { Task } from '../../worlds/worlds.ts';
import { collect } from '../../eval/collect.ts';

/** Rounds that are evaluated: as many as the longest answer has sentences, then `all`. */
export const ROUNDS: readonly (number | 'all')[] = [0, 1, 2, 3, 4, 5, 6, 'all'];
export const THENS = ['continue', 'stop'] as const;

/** One draft of a fully aligned answer, judged by the world against the question and the accepted prefix. */
export interface JudgedDraft {
  prefix: string;
  /** The whitespace before the draft. */
  lead: string;
  draft: string;
  text: string;
  draftGood: boolean;
  textGood: boolean;
}

/** Everything that was asked of the pair about one task. */
export interface TaskAnswers {
  task: Task;
  raw: string;
  /** By rounds and `then`: the key is {@link rowKey}. */
  scores: Record<string, Score>;
  drafts: JudgedDraft[];
  /** The fully aligned answer failed, because the aligner gave no verdict: it counts as empty, so as no help and no harm. */
  failed: boolean;
}

export const rowKey = (rounds: number | 'all', then: 'continue' | 'stop') => `${rounds}/${then}`;

export interface AnswerOptions {
  upstream: Upstream;
  aligner: Aligner;
  temperature: number;
  seed: number;
}

/** Answers one task with every number of rounds and both values of `then`. */
export async function answerTask(task: Task, options: AnswerOptions): Promise<TaskAnswers> {
  const ask = (rounds: number | 'all', then: 'continue' | 'stop') =>
    collect(requestOf(task, options, { rounds, then }));
  const whole = await ask('all', 'continue');
  const sentences = whole.events.filter(isSentence);
  const scores: Record<string, Score> = {};
  let raw = '';
  for (const rounds of ROUNDS) {
    // At temperature 0 the rounds of one answer come from one pass: its first k sentences are those of k rounds, and
    // where nothing is rewritten after them, the free remainder is what was kept.
    const done = rounds === 'all' ? sentences.length : rounds;
    const settled =
      options.temperature === 0 &&
      !whole.failed &&
      !sentences.slice(done).some((event) => event.type === 'sentence-rewritten');
    const free = settled || rounds === 'all' ? whole.text : (await ask(rounds, 'continue')).text;
    if (rounds === 0) raw = free;
    const stopped = sentences.slice(0, done).map((event) => event.sent);
    scores[rowKey(rounds, 'continue')] = task.score(free);
    scores[rowKey(rounds, 'stop')] = task.score(rounds === 'all' ? whole.text : stopped.join(''));
  }
  return {
    task,
    raw,
    scores,
    drafts: judgeDrafts(task, sentences),
    failed: whole.failed,
  };
}

type SentenceEvent = Extract<AlignEvent, { type: 'sentence-kept' | 'sentence-rewritten' }>;

const isSentence = (event: AlignEvent): event is SentenceEvent =>
  event.type === 'sentence-kept' || event.type === 'sentence-rewritten';

function judgeDrafts(task: Task, sentences: readonly SentenceEvent[]): JudgedDraft[] {
  let prefix = '';
  return sentences.map((event) => {
    const { lead, draft } = event;
    const text = event.type === 'sentence-kept' ? draft : event.text;
    const isGood = (sentence: string) => task.correct({ prefix, draft: sentence }) === sentence;
    const judged = { prefix, lead, draft, text, draftGood: isGood(draft), textGood: isGood(text) };
    prefix += event.sent;
    return judged;
  });
}

/** What is asked of the pair about a task. */
function requestOf(
  task: Task,
  { upstream, aligner, temperature, seed }: AnswerOptions,
  rest: Pick<AlignOptions, 'rounds' | 'then'>,
): AlignOptions {
  const params = { temperature, seed, maxTokens: 300 };
  return { upstream, aligner, messages: [{ role: 'user', content: task.question }], params, ...rest };
}
