import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { segmentText } from '@stream-aligner/core';
import { dueSentence } from '../worlds/sums/check.ts';
import { generateProblems } from '../worlds/sums/generate.ts';
import type { Problem } from '../worlds/sums/problem.ts';
import type { Tuple } from '../worlds/sums/tuples.ts';
import { alignerRow, writeRows } from './rows.ts';

const HELP = `Builds the aligner's training data from the upstream's own drafts: the trained upstream answers problems of the
train split, and the world's checker says what each sentence should have been. Half of the problems are drafted at
temperature 0, half at 0.7; each both freely (prefixes keep their errors) and round by round on corrected prefixes.

  --python P       Python with the trainer's requirements (default trainer/.venv/bin/python)
  --dir DIR        where the checkpoint and tokenizer are, and the rows go (default .cache/tiny)
  --problems N     default 12000
`;

const ROUNDS = 6;

interface Pass {
  temperature: number;
  seed: number;
}

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'trainer/.venv/bin/python' },
    dir: { type: 'string', default: '.cache/tiny' },
    problems: { type: 'string', default: '12000' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  const count = Math.ceil(Number(values.problems) / 2);
  const options = { split: 'train', seenOnly: true, invented: 0.2 } as const;
  const cold = [...generateProblems({ ...options, seed: 5, count })];
  const warm = [...generateProblems({ ...options, seed: 6, count })];
  // Two at a time: each is one process on one core.
  const [atZero, sampled] = await Promise.all([
    draftBothWays(cold, { temperature: 0, seed: 1 }),
    draftBothWays(warm, { temperature: 0.7, seed: 100 }),
  ]);
  const tuples = [...atZero, ...sampled];
  await writeRows(`${values.dir}/aligner-drafts.jsonl`, tuples.map(alignerRow));
  const kept = tuples.filter((tuple) => tuple.draft === tuple.correction).length;
  process.stdout.write(`${tuples.length} tuples, ${kept} of them keeps\n`);
}

async function draftBothWays(problems: readonly Problem[], pass: Pass): Promise<Tuple[]> {
  return [
    ...(await draftFreely(problems, pass)),
    ...(await draftInRounds(problems, { ...pass, seed: pass.seed + 1 })),
  ];
}

/** Whole answers, cut into sentences: later drafts follow the errors of earlier ones. */
async function draftFreely(problems: readonly Problem[], pass: Pass): Promise<Tuple[]> {
  const outputs = await generate(
    problems.map((problem) => ({ user: problem.question })),
    { ...pass, maxNew: 160 },
  );
  return problems.flatMap((problem, index) => {
    let prefix = '';
    return segmentText(outputs[index] ?? '').flatMap(({ text }) => {
      const tuple = tupleOf(problem, prefix, text.trim());
      prefix += text;
      return tuple ? [tuple] : [];
    });
  });
}

/** The correction loop, with the checker in the aligner's place. */
async function draftInRounds(problems: readonly Problem[], pass: Pass): Promise<Tuple[]> {
  const tuples: Tuple[] = [];
  let open = problems.map((problem) => ({ problem, prefix: '' }));
  for (let round = 0; round < ROUNDS && open.length > 0; round += 1) {
    const rows = open.map(({ problem, prefix }) => ({ user: problem.question, prefix }));
    const outputs = await generate(rows, { ...pass, seed: pass.seed + round, maxNew: 48 });
    open = open.flatMap(({ problem, prefix }, index) => {
      const [first] = segmentText(outputs[index] ?? '');
      const tuple = first && tupleOf(problem, prefix, first.text.trim());
      if (!tuple) return [];
      tuples.push(tuple);
      return [{ problem, prefix: prefix === '' ? tuple.correction : `${prefix} ${tuple.correction}` }];
    });
  }
  return tuples;
}

function tupleOf(problem: Problem, prefix: string, draft: string): Tuple | null {
  const correction = dueSentence(problem, prefix);
  return correction === null || draft === ''
    ? null
    : { question: problem.question, prefix, draft, correction };
}

async function generate(
  rows: readonly object[],
  { temperature, seed, maxNew }: Pass & { maxNew: number },
): Promise<(string | null)[]> {
  const file = (name: string) => path.resolve(values.dir, `drafting-${temperature}-${name}.jsonl`);
  const [input, output] = [file('in'), file('out')];
  writeFileSync(input, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const args = ['-m', 'tiny.generate', '--checkpoint', path.resolve(values.dir, 'upstream/best.pt')];
  args.push('--tokenizer', path.resolve(values.dir, 'tokenizer.json'), '--in', input, '--out', output);
  args.push('--temperature', String(temperature), '--seed', String(seed), '--max-new', String(maxNew));
  await promisify(execFile)(path.resolve(values.python), args, { cwd: 'trainer' });
  const lines = readFileSync(output, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { output: string | null }).output);
}
