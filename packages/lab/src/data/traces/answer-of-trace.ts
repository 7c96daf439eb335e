import {
  type Feedback,
  isJudged,
  type JudgedEvent,
  splitFirstPrefix,
  type Trace,
} from '@stream-aligner/core';
import type { AnswerRecord, JudgedSentence } from '../answers/answer-record.ts';
import { VERSION } from '../version.ts';

/** Who corrects in traces. */
const ANNOTATOR = 'human';

/**
 * What a reviewed answer teaches: its accepted and edited sentences, each behind the text that the upstream wrote it
 * behind. An edit counts for more than what the aligner said; where the aligner had no verdict, who accepts accepts the
 * draft. Null where nothing was accepted or edited.
 */
export function answerOfTrace(trace: Trace): AnswerRecord | null {
  const standing = standingOf(trace);
  const sentences = trace.feedback.flatMap((feedback) => {
    const stood = standing.get(feedback.round);
    return stood === undefined || feedback.verdict === 'rejected' ? [] : [sentenceOf(stood, feedback)];
  });
  if (sentences.length === 0) return null;
  const { id, question, upstream, model, aligner, version, counts } = trace;
  const end = trace.events.at(-1);
  return {
    id,
    question,
    upstream,
    annotator: ANNOTATOR,
    prefixes: 'corrected',
    // Whatever the client asked for: a trace does not tell.
    seed: 0,
    temperature: 0,
    version: VERSION,
    end: end?.type === 'answer-finished' ? end.reason : trace.outcome === 'failed' ? 'failed' : 'aborted',
    sentences,
    served: { model, aligner, version },
    usage: {
      upstream: { input: counts.promptTokens ?? 0, output: counts.sentTokens + counts.discardedTokens },
      annotator: { input: 0, output: 0 },
    },
  };
}

/** A sentence that an aligner was asked about, and the accepted text before it. */
interface Standing {
  event: JudgedEvent;
  prefix: string;
}

/** The judged sentences of an answer by their rounds. */
function standingOf({ events, messages }: Trace): Map<number, Standing> {
  const standing = new Map<number, Standing>();
  /** Where a draft stood when it was due. In shadow mode its verdict comes when the answer has gone on. */
  const prefixes = new Map<number, string>();
  const isShadow = events.some((event) => event.type === 'text-passed' && event.reason === 'shadow');
  let accepted = splitFirstPrefix(messages).firstPrefix;
  for (const event of events) {
    if (event.type === 'text-passed') accepted += event.text;
    if (event.type === 'draft-seen') prefixes.set(event.round, accepted);
    if (!isJudged(event)) continue;
    standing.set(event.round, { event, prefix: prefixes.get(event.round) ?? accepted });
    if (!isShadow) accepted += acceptedIn(event);
  }
  return standing;
}

/** The text that a verdict let out. A sentence without a verdict goes out as passed text, if it does. */
function acceptedIn(event: JudgedEvent): string {
  if (event.type === 'sentence-kept') return event.lead + event.draft;
  return event.type === 'sentence-rewritten' && event.text !== '' ? event.lead + event.text : '';
}

function sentenceOf({ event, prefix }: Standing, { round, verdict, text }: Feedback): JudgedSentence {
  const { lead, draft } = event;
  const isEdit = verdict === 'edited' && text !== undefined;
  const wanted = isEdit ? text : event.type === 'sentence-rewritten' ? event.text : draft;
  return {
    lead,
    draft,
    ...(wanted.trim() !== draft.trim() && { correction: wanted }),
    reviewed: { round, prefix, verdict: isEdit ? 'edited' : 'accepted' },
  };
}
