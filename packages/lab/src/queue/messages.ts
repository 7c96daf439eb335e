import { type ChatMessage, type ErrorCode, StreamAlignerError } from '@stream-aligner/core';
import type { AnswerRecord, JudgedSentence, TokenUse } from '../data/answers/answer-record.ts';
import type { AnswerTask } from '../data/answers/task.ts';
import { isList, isNumber, isRecord, isText } from './shapes.ts';

/** What a worker makes of a task. An answer that failed is a result like any other: no queue tries it again. */
export type Outcome = { answer: AnswerRecord } | { failed: { code: string; message: string } };

/** A failure as it goes through Redis. Messages of our errors hold no text of users or models. */
export function failedOutcome({ code, message }: StreamAlignerError): Outcome {
  return { failed: { code, message } };
}

/** A job's data as the task it says it is. Throws `internal` for anything else. */
export function readTask(value: unknown): AnswerTask {
  if (isTask(value)) return value;
  throw new StreamAlignerError('internal', 'A job in the queue holds no task that this version understands.');
}

/** The answer to a task. Throws the failure it has come to, or `internal` for what is no outcome of that task. */
export function readOutcome(value: unknown, task: AnswerTask): AnswerRecord {
  if (isRecord(value)) {
    const { answer, failed } = value;
    if (isAnswerTo(answer, task)) return answer;
    if (isRecord(failed) && isText(failed['code']) && isText(failed['message']))
      throw new StreamAlignerError(failed['code'] as ErrorCode, failed['message']);
  }
  throw new StreamAlignerError('internal', 'A worker sent a result that is no answer to its task.');
}

function isTask(value: unknown): value is AnswerTask {
  if (!isRecord(value)) return false;
  const { id, messages, upstream, prefixes, sample, temperature, seed, strata } = value;
  return (
    [id, upstream].every(isText) &&
    [sample, temperature, seed].every(isNumber) &&
    (prefixes === 'corrected' || prefixes === 'own') &&
    isList(messages, isMessage) &&
    (strata === undefined || isList(strata, isText))
  );
}

/** Content has many forms; those who read it check it. */
function isMessage(value: unknown): value is ChatMessage {
  return isRecord(value) && isText(value['role']);
}

function isAnswerTo(value: unknown, { id, upstream, prefixes, seed }: AnswerTask): value is AnswerRecord {
  if (!isRecord(value)) return false;
  const { question, annotator, version, temperature, end, sentences, usage, strata } = value;
  return (
    value['id'] === id &&
    value['upstream'] === upstream &&
    value['prefixes'] === prefixes &&
    value['seed'] === seed &&
    [question, annotator, version, end].every(isText) &&
    isNumber(temperature) &&
    (strata === undefined || isList(strata, isText)) &&
    isList(sentences, isSentence) &&
    isRecord(usage) &&
    isUse(usage['upstream']) &&
    isUse(usage['annotator'])
  );
}

function isSentence(value: unknown): value is JudgedSentence {
  if (!isRecord(value)) return false;
  const { lead, draft, correction, checked } = value;
  return (
    isText(lead) &&
    isText(draft) &&
    (correction === undefined || isText(correction)) &&
    (checked === undefined || typeof checked === 'boolean')
  );
}

function isUse(value: unknown): value is TokenUse {
  return isRecord(value) && isNumber(value['input']) && isNumber(value['output']);
}
