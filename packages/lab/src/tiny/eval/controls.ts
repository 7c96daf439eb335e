import {
  type Aligner,
  cleanCorrection,
  renderAligner,
  renderStreamAligner,
  segmentText,
  unescapeText,
  type Upstream,
} from '@stream-aligner/core';
import { type Share, shareOf } from '../../statistics/wilson.ts';
import type { Task } from '../../worlds/worlds.ts';
import { collect } from '../../eval/collect.ts';
import type { TaskAnswers } from './answer-task.ts';

const GREEDY = { temperature: 0, seed: 1, maxTokens: 300 };

/** Stands where an aligner must be named and none is asked: in round 0. */
const NOBODY: Aligner = {
  model: 'none',
  open: () => Promise.reject(new Error('An answer without rounds asked for an aligner.')),
};

/** What is left out of, or changed in, what the aligner is asked. */
export type Ablation = 'none' | 'empty-draft' | 'other-draft' | 'no-question';

/** Share of good corrections, by what the draft was. */
export interface ControlRow {
  flawedMended: Share;
  goodStaysGood: Share;
}

/** One sentence of an aligned answer with the task it belongs to. */
interface Asked {
  task: Task;
  prefix: string;
  draft: string;
  draftGood: boolean;
}

/**
 * Asks the aligner again about drafts it has judged, with something taken away: what it then still gets right, it did not
 * need that for. `model` is the aligner's model, decoding freely.
 */
export async function ablate(
  model: Upstream,
  { answers, ablation, each }: { answers: readonly TaskAnswers[]; ablation: Ablation; each: Each },
): Promise<ControlRow> {
  const asked = answers.flatMap(({ task, drafts }): Asked[] =>
    drafts.map(({ prefix, draft, draftGood }) => ({ task, prefix, draft, draftGood })),
  );
  const judged = await each(asked, async (item, index) => {
    const other = nextOther(asked, index)?.draft ?? '';
    const draft = ablation === 'empty-draft' ? '' : ablation === 'other-draft' ? other : item.draft;
    const question = ablation === 'no-question' ? '' : item.task.question;
    const text = await correctionBy(model, { question, prefix: item.prefix, draft: draft.trim() });
    const good = item.task.correct({ prefix: item.prefix, draft: text }) === text;
    return { wasGood: item.draftGood, good };
  });
  const share = (wasGood: boolean) => {
    const those = judged.filter((item) => item.wasGood === wasGood);
    return shareOf(those.filter(({ good }) => good).length, those.length);
  };
  return { flawedMended: share(false), goodStaysGood: share(true) };
}

/** The first draft after this one that is about another problem. */
function nextOther(asked: readonly Asked[], index: number): Asked | undefined {
  const isOther = ({ task }: Asked) => task !== asked[index]?.task;
  return asked.find((item, at) => at > index && isOther(item)) ?? asked.find(isOther);
}

/** Maps items, some at once. */
export type Each = <T, R>(items: readonly T[], map: (item: T, index: number) => Promise<R>) => Promise<R[]>;

async function correctionBy(
  model: Upstream,
  values: { question: string; prefix: string; draft: string },
): Promise<string> {
  const reply = await complete(model, renderStreamAligner(values));
  return cleanCorrection({ reply, prefix: values.prefix, draft: values.draft });
}

/** The whole answer as a whole-answer Aligner corrects it. */
export async function correctWhole(
  model: Upstream,
  values: { question: string; answer: string },
): Promise<string> {
  return unescapeText((await complete(model, renderAligner(values))).trim());
}

/** What a model answers to one user turn, greedily, unaligned. */
export async function complete(upstream: Upstream, content: string): Promise<string> {
  const messages = [{ role: 'user' as const, content }];
  const { text } = await collect({ upstream, aligner: NOBODY, messages, params: GREEDY, rounds: 0 });
  return text;
}

/** Whether the next, unaligned sentence is good: after the aligner's correction of a flawed draft, and after the draft. */
export interface Steering {
  afterCorrection: Share;
  afterOwnDraft: Share;
}

/**
 * Does a correction steer? Compares the upstream's next sentence after both, wherever a flawed draft was mended and more
 * had to be said. An answer that ends there instead is no good sentence.
 */
export async function steeringOf(
  upstream: Upstream,
  { answers, each }: { answers: readonly TaskAnswers[]; each: Each },
): Promise<Steering> {
  const mended = answers.flatMap(({ task, drafts }) =>
    drafts.flatMap((draft, index) => {
      const prefix = draft.prefix + draft.lead + draft.text;
      const more = task.correct({ prefix, draft: '' }) !== null;
      return more && !draft.draftGood && draft.textGood ? [{ task, draft, next: drafts[index + 1] }] : [];
    }),
  );
  const own = await each(mended, async ({ task, draft }) => {
    const prefix = draft.prefix + draft.lead + draft.draft;
    const sentence = await nextSentence(upstream, task.question, prefix);
    return sentence !== '' && task.correct({ prefix, draft: sentence }) === sentence;
  });
  return {
    afterCorrection: shareOf(mended.filter(({ next }) => next?.draftGood === true).length, mended.length),
    afterOwnDraft: shareOf(own.filter(Boolean).length, own.length),
  };
}

/** The upstream's own next sentence after a prefix. */
async function nextSentence(upstream: Upstream, question: string, prefix: string): Promise<string> {
  const { signal } = new AbortController();
  const messages = [{ role: 'user' as const, content: question }];
  const session = await upstream.open({ messages, params: GREEDY, signal });
  try {
    let text = '';
    for await (const event of session.continueFrom(prefix, signal))
      if (event.type === 'text-delta') text += event.text;
    return segmentText(text)[0]?.text.trim() ?? '';
  } finally {
    await session.close();
  }
}
