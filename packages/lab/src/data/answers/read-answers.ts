import { join } from 'node:path';
import { FILES } from '../folder/files.ts';
import { readLog } from '../../folder/read-log.ts';
import type { AnswerRecord } from './answer-record.ts';

/** The answers of a build's folder, as a stream. */
export async function* readAnswers(out: string): AsyncGenerator<AnswerRecord, void, undefined> {
  for await (const value of readLog(join(out, FILES.answers))) yield value as AnswerRecord;
}
