import { createSegmenter } from '@stream-aligner/core';
import type { EndReason, World } from './world.ts';

/** The options of an answer that decide its text. */
export interface AnswerRules {
  rounds: number | 'all';
  then: 'continue' | 'stop';
}

/** What a client must receive. */
export interface Expected {
  text: string;
  reason: EndReason;
  /** Whether the answer ends because the upstream does, and not by its rounds. */
  byUpstream: boolean;
}

/**
 * The aligned answer, sentence after sentence, without speculation, failures or recovery: what any run of the gateway
 * must come to. `passes` says which drafts go out uncorrected, where the failure policy allows that.
 */
export function expectedAnswer(
  world: World,
  { rounds, then }: AnswerRules,
  passes: (draft: string) => boolean = () => false,
): Expected {
  let text = '';
  for (let round = 1; ; round += 1) {
    const rest = world.continueFrom(text);
    if (rest === undefined) throw new Error('the scripted models do not know their own answer');
    if (rounds !== 'all' && round > rounds)
      return { text: text + rest, reason: world.reason, byUpstream: true };
    const { segment, isLast, behind } = firstSegment(text, rest);
    const draft = segment.trimStart();
    if (draft === '') return { text: text + rest, reason: world.reason, byUpstream: true };
    const lead = segment.slice(0, segment.length - draft.length);
    const accepted = passes(draft) ? draft : world.correct(draft);
    text += lead + accepted;
    const isRewritten = accepted !== draft;
    if (isLast && (!isRewritten || world.reason !== 'stop' || round === rounds))
      return { text: isRewritten ? text : text + behind, reason: world.reason, byUpstream: true };
    if (round === rounds && then === 'stop') return { text, reason: 'stop', byUpstream: false };
  }
}

/** The first segment of a continuation; `isLast`: only the end of the text decided it, and `behind` it is whitespace. */
function firstSegment(prefix: string, rest: string) {
  const segmenter = createSegmenter({ after: prefix });
  const decided = segmenter.push(rest);
  const flushed = segmenter.flush();
  const [first = { text: '' }, ...others] = [...decided, ...flushed];
  const behind = others.map(({ text }) => text).join('');
  return { segment: first.text, isLast: decided.length === 0 && behind.trim() === '', behind };
}
