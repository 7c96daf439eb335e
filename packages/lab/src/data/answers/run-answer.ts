import {
  type AlignEvent,
  type AlignOptions,
  alignStream,
  estimateTokens,
  questionOf,
  StreamAlignerError,
  type Upstream,
} from '@stream-aligner/core';
import { RECOVERY } from '../../patience.ts';
import { VERSION } from '../version.ts';
import type { AnswerRecord, JudgedSentence } from './answer-record.ts';
import { type Annotator, isAnswerComplete } from './annotator.ts';
import { keepingOwnPrefixes } from './own-prefixes.ts';
import type { AnswerTask } from './task.ts';

/** Nobody waits for these answers, and hundreds may queue for one model: an hour, and five minutes a verdict. */
const DEADLINES = { open: 3_600_000, answer: 3_600_000, correction: 300_000 };

/** The models that an answer needs, open, and the limits that hold for all answers. */
export interface RunAnswerOptions {
  upstream: Upstream;
  annotator: Annotator;
  /** Longest answer, in tokens. Its last sentence, cut there, gives no tuple. */
  maxTokens: number;
  /** Drafts judged ahead of their turn; see `AlignOptions`. Changes no tuple. */
  lookahead?: number;
  signal: AbortSignal;
  /** For tests. */
  clock?: NonNullable<AlignOptions['clock']>;
}

type Judged = Extract<AlignEvent, { type: 'sentence-kept' | 'sentence-rewritten' }>;
type Finished = Extract<AlignEvent, { type: 'answer-finished' }>;

/**
 * Has one answer written and every sentence of it judged. What comes out depends on the task and on what the models say,
 * not on when or where it runs.
 *
 * @throws StreamAlignerError why the answer failed; `closed` when `signal` ended it.
 */
export async function runAnswer(task: AnswerTask, options: RunAnswerOptions): Promise<AnswerRecord> {
  const { upstream, annotator, maxTokens, lookahead, signal, clock } = options;
  const noted = new Map<string, string>();
  const judge = annotator.alignerFor(task);
  const aligner =
    task.prefixes === 'own'
      ? keepingOwnPrefixes(judge, (at, text) => noted.set(JSON.stringify([at.prefix, at.draft]), text))
      : judge;
  const sentences: JudgedSentence[] = [];
  let prefix = '';
  let end: AnswerRecord['end'] | null = null;
  const reading = createReading(task);
  const events = alignStream({
    upstream,
    aligner,
    messages: task.messages,
    params: { temperature: task.temperature, seed: task.seed, maxTokens },
    retries: annotator.retries,
    deadlines: DEADLINES,
    recovery: RECOVERY,
    signal,
    // Where every draft is kept nothing is written in vain, and stopping after each would cost a request a sentence.
    ...(lookahead !== undefined && task.prefixes === 'corrected' && { lookahead }),
    ...(clock && { clock }),
  });
  for await (const event of events) {
    reading.note(event, prefix);
    switch (event.type) {
      case 'sentence-kept':
      case 'sentence-rewritten': {
        const text = textOf(event);
        const wanted = noted.get(JSON.stringify([prefix, event.draft])) ?? text;
        sentences.push(
          sentenceOf(event, wanted, (correction) => annotator.confirms?.(task, { prefix, correction })),
        );
        prefix += event.lead + text;
        break;
      }
      case 'answer-finished':
        if (isCut(event)) sentences.pop();
        end = event.reason;
        break;
      case 'answer-failed':
        end = endOfFailed(event.error, sentences.length);
        break;
      case 'answer-aborted':
        throw new StreamAlignerError('closed', 'The answer was called off.');
    }
  }
  if (end === null) throw new TypeError('an answer ended without saying how');
  const { id, prefixes, seed, temperature, strata } = task;
  return {
    id,
    question: questionOf(task.messages),
    upstream: task.upstream,
    annotator: annotator.name,
    prefixes,
    seed,
    temperature,
    version: VERSION,
    ...(strata && { strata }),
    end,
    sentences,
    usage: reading.usage(),
  };
}

function textOf(event: Judged): string {
  return event.type === 'sentence-kept' ? event.draft : event.text;
}

function sentenceOf(
  { lead, draft }: Judged,
  correction: string,
  confirms: (correction: string) => boolean | undefined,
): JudgedSentence {
  if (correction === draft) return { lead, draft };
  const checked = confirms(correction);
  return { lead, draft, correction, ...(checked !== undefined && { checked }) };
}

/** Whether the last sentence was cut off by a token limit: half a sentence teaches nothing. */
function isCut({ reason, cause }: Finished): boolean {
  return reason === 'length' && (cause === 'upstream' || cause === 'max-tokens');
}

/** How an answer ended whose annotator gave no verdict on a sentence: those before it count. Other failures are thrown. */
function endOfFailed(error: StreamAlignerError, sentences: number): AnswerRecord['end'] {
  if (isAnswerComplete(error)) return 'complete';
  if (error.code === 'aligner-unparsable' && sentences > 0) return 'unparsable';
  throw error;
}

/** Counts the tokens of an answer from its events. */
function createReading({ messages }: AnswerTask) {
  const promptEstimate = estimateTokens(JSON.stringify(messages));
  let prefixTokens = 0;
  let rewriteTokens = 0;
  const usage = { upstream: { input: promptEstimate, output: 0 }, annotator: { input: 0, output: 0 } };
  return {
    note(event: AlignEvent, prefix: string) {
      if (event.type === 'upstream-restarted') prefixTokens += estimateTokens(prefix);
      if (event.type === 'sentence-rewritten') rewriteTokens += estimateTokens(event.text);
      if (!('counts' in event)) return;
      const { counts } = event;
      const prompt = counts.promptTokens ?? promptEstimate;
      usage.upstream = {
        input: prompt * (1 + counts.restarts) + prefixTokens,
        // The upstream wrote what was sent but the rewrites, and what was thrown away.
        output: Math.max(0, counts.sentTokens - rewriteTokens) + counts.discardedTokens,
      };
      usage.annotator = { input: counts.alignerPromptTokens, output: counts.alignerCompletionTokens };
    },
    usage: () => usage,
  };
}
