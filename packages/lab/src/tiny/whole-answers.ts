import { parseArgs } from 'node:util';
import type { AnswerRecord } from '../data/answers/answer-record.ts';
import { readAnswers } from '../data/answers/read-answers.ts';
import { writeRows } from './write-rows.ts';

const HELP = `From what "data build --prefixes both" collected, the rows of two comparisons with the same data:
  full-drafts.jsonl    { question, answer, correction }: what the upstream wrote freely, and what the checked loop made of
                       the same question, for a whole-answer Aligner
  tuned-drafts.jsonl   { prompt, completion }: the checked answers themselves, for fine-tuning the upstream

  --out DIR      where they go
  DIR…           folders of data build
`;

const { values, positionals } = parseArgs({
  options: { out: { type: 'string', default: '.cache/tiny' }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (values.help) process.stdout.write(HELP);
else await writeAll(values.out, positionals);

async function writeAll(out: string, folders: readonly string[]): Promise<void> {
  const own = new Map<string, AnswerRecord>();
  const corrected: AnswerRecord[] = [];
  for (const folder of folders)
    for await (const answer of readAnswers(folder)) {
      if (answer.prefixes === 'own') own.set(keyOf(answer), answer);
      // An answer that ended early was not checked to its end.
      else if (answer.end === 'stop' || answer.end === 'complete') corrected.push(answer);
    }
  await writeRows(
    `${out}/full-drafts.jsonl`,
    corrected.flatMap((answer) => {
      const { question } = answer;
      const written = own.get(keyOf(answer));
      return written
        ? [{ question, answer: textOf(written, 'draft'), correction: textOf(answer, 'correction') }]
        : [];
    }),
  );
  await writeRows(
    `${out}/tuned-drafts.jsonl`,
    corrected.map((answer) => ({ prompt: answer.question, completion: textOf(answer, 'correction') })),
  );
}

function keyOf({ question, temperature }: AnswerRecord): string {
  return `${temperature} ${question}`;
}

function textOf({ sentences }: AnswerRecord, which: 'draft' | 'correction'): string {
  return sentences
    .map(({ lead, draft, correction }) => lead + (which === 'draft' ? draft : (correction ?? draft)))
    .join('');
}
