import { cleanCorrection, renderStreamAligner, segmentText, type Upstream } from '@stream-aligner/core';
import { collect } from '../../eval/collect.ts';
import { NOBODY } from '../../nobody.ts';
import type { EvalTask } from '../../eval/tasks/task.ts';
import { type Share, shareOf } from '../../statistics/wilson.ts';
import { type Each, type JudgedSentence, type Measured, sentencesOf } from './measured.ts';

const GREEDY = { temperature: 0, seed: 1, maxTokens: 300 };

/** What is left out of, or changed in, what the aligner is asked. */
export const ABLATIONS = ['none', 'empty-draft', 'other-draft', 'no-question'] as const;
export type Ablation = (typeof ABLATIONS)[number];

/** Share of good corrections, by what the draft was. */
export interface ControlRow {
  flawedMended: Share;
  goodStaysGood: Share;
}

/** What the controls look at: answers that were measured, and who checks them. */
export interface Control {
  task: EvalTask;
  measured: readonly Measured[];
  each: Each;
}

/**
 * Asks the aligner again about drafts it has judged, with something taken away: what it then still gets right, it did not
 * need that for. `model` is the aligner's model, decoding freely.
 */
export async function ablate(
  model: Upstream,
  { task, measured, each, ablation }: Control & { ablation: Ablation },
): Promise<ControlRow> {
  const asked = measured.flatMap((one) => sentencesOf(one).map((sentence) => ({ ...one, ...sentence })));
  const judged = await each(asked, async (item, index) => {
    const other = nextOther(asked, index)?.draft ?? '';
    const draft = ablation === 'empty-draft' ? '' : ablation === 'other-draft' ? other : item.draft;
    const question = ablation === 'no-question' ? '' : item.result.question;
    const text = await correctionBy(model, { question, prefix: item.prefix, draft: draft.trim() });
    const good = task.correct?.(item.example, { prefix: item.prefix, draft: text }) === text;
    return { wasGood: item.draftGood, good };
  });
  const share = (wasGood: boolean) => {
    const those = judged.filter((item) => item.wasGood === wasGood);
    return shareOf(those.filter(({ good }) => good).length, those.length);
  };
  return { flawedMended: share(false), goodStaysGood: share(true) };
}

/** The first sentence after this one that is about another problem. */
function nextOther<T extends Measured & JudgedSentence>(asked: readonly T[], index: number): T | undefined {
  const isOther = ({ example }: T) => example !== asked[index]?.example;
  return asked.find((item, at) => at > index && isOther(item)) ?? asked.find(isOther);
}

async function correctionBy(
  model: Upstream,
  values: { question: string; prefix: string; draft: string },
): Promise<string> {
  const messages = [{ role: 'user' as const, content: renderStreamAligner(values) }];
  const { text } = await collect({ upstream: model, aligner: NOBODY, messages, params: GREEDY, rounds: 0 });
  return cleanCorrection({ reply: text, prefix: values.prefix, draft: values.draft });
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
export async function steeringOf(upstream: Upstream, { task, measured, each }: Control): Promise<Steering> {
  const mended = measured.flatMap((one) =>
    sentencesOf(one).flatMap((sentence, index, all) => {
      const { prefix, lead, text, draftGood, textGood } = sentence;
      const more = task.correct?.(one.example, { prefix: prefix + lead + text, draft: '' }) !== null;
      return more && !draftGood && textGood ? [{ one, sentence, next: all[index + 1] }] : [];
    }),
  );
  const own = await each(mended, async ({ one: { example, result }, sentence }) => {
    const prefix = sentence.prefix + sentence.lead + sentence.draft;
    const next = await nextSentence(upstream, result.question, prefix);
    return next !== '' && task.correct?.(example, { prefix, draft: next }) === next;
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
