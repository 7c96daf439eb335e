import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPairwiseJudge } from '../../judge/pairwise.ts';
import { sortedLines, temporaryFolder } from '../../testing/folders.ts';
import { scriptedUpstream } from '../../testing/scripted-models.ts';
import type { AnswerRecord, JudgedSentence } from '../answers/answer-record.ts';
import { hash64 } from '../hash.ts';
import { isKeep, type TupleRecord } from '../tuple.ts';
import { type FinishOptions, finishData } from './finish.ts';
import { judgeRewrites } from './judgements.ts';

let numbered = 0;

/** An answer with these sentences. */
function answer(sentences: JudgedSentence[], rest: Partial<AnswerRecord> = {}): AnswerRecord {
  numbered += 1;
  return {
    id: hash64(`${numbered}`),
    question: 'What is it?',
    upstream: 'big',
    annotator: 'teacher',
    prefixes: 'corrected',
    seed: 1,
    temperature: 0,
    version: '0.1.0',
    end: 'stop',
    sentences,
    usage: { upstream: { input: 1, output: 1 }, annotator: { input: 1, output: 1 } },
    ...rest,
  };
}

const keep = (draft: string): JudgedSentence => ({ lead: '', draft });
const rewrite = (draft: string, correction: string, checked?: boolean): JudgedSentence => ({
  lead: '',
  draft,
  correction,
  ...(checked !== undefined && { checked }),
});

async function folderWith(answers: readonly AnswerRecord[]): Promise<string> {
  const out = await temporaryFolder();
  await writeFile(
    join(out, 'answers.jsonl'),
    answers.map((record) => `${JSON.stringify(record)}\n`).join(''),
  );
  return out;
}

const ALL_TRAIN = { train: 100, validation: 0, test: 0 };

async function finish(answers: readonly AnswerRecord[], options: Partial<FinishOptions> = {}) {
  const out = await folderWith(answers);
  const report = await finishData({ out, split: ALL_TRAIN, ...options });
  const train = (await sortedLines(out, 'train.jsonl')).map((line) => JSON.parse(line) as TupleRecord);
  return { out, report, train };
}

describe('finishing', () => {
  it('leaves out what is not sound, and counts it', async () => {
    const { report, train } = await finish([
      answer([keep('Good.')]),
      answer([keep('  ')]),
      answer([rewrite('Some words  here.', 'Some words here.')]),
      answer([rewrite('Short.', 'long '.repeat(100))]),
      answer([rewrite('Bell.', 'A \u0007 bell.')]),
      answer([keep('Half \uD83D of it.')]),
      answer([rewrite('Plain.', 'Plain. ##Your_Revision: more')]),
      answer([rewrite('A ##Question: of mine.', 'The ##Question: of mine.')]),
      answer([rewrite('No.', 'It is not so, and here is a sentence of why.')]),
    ]);
    expect(report.dropped).toEqual({
      empty: 1,
      'only whitespace changed': 1,
      'too long': 1,
      'control characters': 2,
      'delimiters left': 1,
    });
    expect(train.map(({ last }) => last).sort()).toEqual(['A ##Question: of mine.', 'Good.', 'No.']);
  });

  it('takes a tuple once, and the same one in whatever order the answers stand', async () => {
    const answers = Array.from({ length: 30 }, (_, number) =>
      answer([rewrite(`Sentence ${number % 7}.`, `Correction ${number % 3}.`), keep(`Then ${number % 2}.`)]),
    );
    const first = await finish(answers);
    expect(first.report.dropped.duplicate).toBeGreaterThan(0);
    expect(first.train.filter(({ prefix }) => prefix === '')).toHaveLength(7);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(answers, { minLength: 30 }), async (shuffled) => {
        const { train, report } = await finish(shuffled, { balance: 0.5 });
        const again = await finish(answers, { balance: 0.5 });
        expect(train).toEqual(again.train);
        expect(report).toEqual(again.report);
      }),
      { numRuns: 10 },
    );
  });

  it.each([0, 0.25, 0.5, 0.6, 0.9])('keeps at most %d keeps, and as many as it may', async (balance) => {
    const answers = Array.from({ length: 100 }, (_, number) =>
      answer([number % 5 === 0 ? rewrite(`Draft ${number}.`, `Better ${number}.`) : keep(`Fine ${number}.`)]),
    );
    const { train, report } = await finish(answers, { balance });
    const keeps = train.filter(isKeep).length;
    expect(train.length - keeps).toBe(20);
    expect(keeps).toBe(Math.min(80, Math.floor((20 * balance) / (1 - balance) + 1e-9)));
    expect(report.written.train).toEqual({ tuples: train.length, keeps });
    expect(report.dropped.balance ?? 0).toBe(80 - keeps);
  });

  it('puts all tuples of a question into one split', async () => {
    const answers = Array.from({ length: 200 }, (_, number) =>
      answer([keep(`One ${number}.`), rewrite('Two.', 'Three.')], { question: `Question ${number % 100}?` }),
    );
    const out = await folderWith(answers);
    const { written } = await finishData({ out, split: { train: 60, validation: 20, test: 20 } });
    const questions = await Promise.all(
      ['train', 'validation', 'test'].map(async (name) => {
        const lines = await sortedLines(out, `${name}.jsonl`);
        return new Set(lines.map((line) => (JSON.parse(line) as TupleRecord).question));
      }),
    );
    expect(questions.reduce((sum, { size }) => sum + size, 0)).toBe(100);
    for (const { size } of questions) expect(size).toBeGreaterThan(5);
    expect(questions[0]?.size).toBeGreaterThan(45);
    expect(written.train.tuples + written.validation.tuples + written.test.tuples).toBe(400);
  });

  it('takes only what the checker confirmed', async () => {
    const answers = [answer([rewrite('A.', 'B.', true), rewrite('C.', 'D.', false), keep('E.')])];
    const { report, train } = await finish(answers, { improvement: 'checked' });
    expect(report.dropped).toEqual({ 'not confirmed': 1 });
    expect(train.map(({ last }) => last).sort()).toEqual(['A.', 'E.']);
    await expect(finish([answer([rewrite('A.', 'B.')])], { improvement: 'checked' })).rejects.toThrow(
      '--world',
    );
  });

  it('leaves the files that were there until new ones are whole', async () => {
    const { out } = await finish([answer([keep('Old.')])]);
    await writeFile(join(out, 'answers.jsonl'), `${JSON.stringify(answer([keep('New.')]))}\nno JSON\n`);
    await expect(finishData({ out, split: ALL_TRAIN })).rejects.toThrow('damaged');
    expect(await readFile(join(out, 'train.jsonl'), 'utf8')).toContain('Old.');
  });

  it('refuses shares that cannot be, and a folder without answers', async () => {
    const out = await folderWith([]);
    await expect(finishData({ out })).rejects.toThrow('no answers');
    await expect(finishData({ out, split: { train: 50, validation: 5, test: 5 } })).rejects.toThrow('100');
    await expect(finishData({ out, balance: 1 })).rejects.toThrow('less than 1');
  });
});

describe('with a judge', () => {
  /** Prefers what says "Better", wherever it stands; cannot decide about "same"; and has no words for "odd". */
  const judged = (prompt: string) => {
    const [first = '', second = ''] = prompt.split('##Answer: ').slice(1);
    if (prompt.includes('odd')) return 'I would rather not.';
    if (prompt.includes('same')) return 'VERDICT: TIE';
    return first.includes('Better') || second.includes('Worse') ? 'Good.\nVERDICT: FIRST' : 'VERDICT: SECOND';
  };
  const answers = [
    answer([
      rewrite('One.', 'Better one.'),
      rewrite('Two.', 'Worse two.'),
      rewrite('The same.', 'All the same.'),
      rewrite('An odd one.', 'The odd one.'),
      keep('A keep.'),
    ]),
    answer([rewrite('One.', 'Better one.')]),
  ];

  it('takes only what was judged better in both orders taken together, and asks nothing twice', async () => {
    let asked = 0;
    const model = scriptedUpstream((prompt) => {
      asked += 1;
      return judged(prompt);
    });
    const out = await folderWith(answers);
    const options = { out, judge: createPairwiseJudge({ model }), name: 'judge' };
    await expect(finishData({ out, improvement: 'judged' })).rejects.toThrow('--judge');
    expect(await judgeRewrites(options)).toEqual({ judged: 4, failed: 0 });
    expect(asked).toBe(8);
    const report = await finishData({ out, split: ALL_TRAIN, improvement: 'judged' });
    expect(report.dropped).toEqual({
      'judged worse': 1,
      'judged equal': 1,
      'no judgement to be had': 1,
      duplicate: 1,
    });
    expect((await sortedLines(out, 'train.jsonl')).length).toBe(2);
    expect(await judgeRewrites(options)).toEqual({ judged: 0, failed: 0 });
    expect(asked).toBe(8);
    expect(await judgeRewrites({ ...options, name: 'another' })).toEqual({ judged: 4, failed: 0 });
  });

  it('stops when the judge keeps failing, and asks again the next time', async () => {
    const out = await folderWith(answers);
    let works = false;
    const model = scriptedUpstream(judged, {
      pause: async () => {
        if (!works) throw new TypeError('down');
      },
    });
    const options = { out, judge: createPairwiseJudge({ model }), name: 'judge' };
    expect(await judgeRewrites(options)).toEqual({ judged: 0, failed: 4 });
    await expect(judgeRewrites({ ...options, giveUpAfter: 2 })).rejects.toThrow(
      'last 2 questions to the judge',
    );
    works = true;
    expect(await judgeRewrites(options)).toEqual({ judged: 4, failed: 0 });
  });
});
