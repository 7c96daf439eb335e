import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';
import { equalAnswers } from './equal.ts';
import { extractAnswer } from './extract.ts';
import { nearMisses, rewritings } from '../testing/maths-variants.ts';

const folder = fileURLToPath(new URL('../../../../../shared/data/maths/', import.meta.url));

/** The rows of a shared file; skips the test where the data are not beside the repository. */
function rowsOf<R>(name: string, { skip }: TestContext): R[] {
  if (!existsSync(folder + name)) skip(`no ../shared/data/maths/${name} beside the repository`);
  const lines = readFileSync(folder + name, 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as R);
}

describe('GSM8K', () => {
  it('agrees with at least 99 % of the labels of 1200 model solutions', (context) => {
    const rows = rowsOf<{ id: string; solution: string; is_correct: boolean; final: string }>(
      'gsm8k_model_solutions.jsonl',
      context,
    );
    const others = rows.filter(({ solution, is_correct, final }) => {
      const answer = extractAnswer(solution);
      return (answer !== null && equalAnswers(answer, final)) !== is_correct;
    });
    process.stdout.write(`GSM8K labels: ${rows.length - others.length} of ${rows.length} agreed with.\n`);
    expect(rows).toHaveLength(1200);
    expect(others.length, others.map(({ id }) => id).join(', ')).toBeLessThanOrEqual(12);
  });

  it.for(['gsm8k_test.jsonl', 'gsm8k_train.jsonl'])('finds every reference answer of %s', (name, context) => {
    const rows = rowsOf<{ id: string; answer: string; final: string }>(name, context);
    const missed = rows.filter(({ answer, final }) => !equalAnswers(extractAnswer(answer) ?? '', final));
    expect(missed.map(({ id }) => id)).toEqual([]);
  });
});

interface MathRow {
  id: string;
  solution: string;
  final: string;
}

describe('MATH', () => {
  const golds = (context: TestContext) => rowsOf<MathRow>('math500.jsonl', context).map(({ final }) => final);

  it('every reference solution gives its answer', (context) => {
    const missed = rowsOf<MathRow>('math500.jsonl', context).filter(
      ({ solution, final }) => !equalAnswers(extractAnswer(solution) ?? '', final),
    );
    expect(missed.map(({ id }) => id)).toEqual([]);
  });

  it('every answer equals itself and its rewritings', (context) => {
    let count = 0;
    const failed: string[] = [];
    for (const gold of golds(context)) {
      expect(equalAnswers(gold, gold)).toBe(true);
      for (const [how, written] of rewritings(gold)) {
        count += 1;
        if (!equalAnswers(written, gold) || !equalAnswers(gold, written))
          failed.push(`${how}: ${gold} -> ${written}`);
      }
    }
    process.stdout.write(`MATH rewritings: ${count - failed.length} of ${count} equal.\n`);
    expect(failed).toEqual([]);
    expect(count).toBeGreaterThan(2000);
  });

  it('every answer differs from its near misses', (context) => {
    let count = 0;
    const failed: string[] = [];
    for (const gold of golds(context))
      for (const [how, written] of nearMisses(gold)) {
        count += 1;
        if (equalAnswers(written, gold) || equalAnswers(gold, written))
          failed.push(`${how}: ${gold} -> ${written}`);
      }
    process.stdout.write(`MATH near misses: ${count - failed.length} of ${count} different.\n`);
    expect(failed).toEqual([]);
    expect(count).toBeGreaterThan(500);
  });

  it('different answers are never equal', (context) => {
    const distinct = [...new Set(golds(context))];
    const equal = distinct.flatMap((one, at) =>
      distinct
        .slice(at + 1)
        .filter((other) => equalAnswers(one, other))
        .map((other) => `${one} = ${other}`),
    );
    // The same answers in two spellings.
    expect(equal.sort()).toMatchInlineSnapshot(`
      [
        "10,\\!080 = 10080",
        "120^\\circ = 120",
        "2 \\sqrt{5} = 2\\sqrt{5}",
        "36 = \\$36",
      ]
    `);
  });
});
