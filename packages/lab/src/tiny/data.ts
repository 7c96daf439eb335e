import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createRandom } from '../worlds/random.ts';
import { generateProblems } from '../worlds/sums/generate.ts';
import { tellSolution } from '../worlds/sums/solve.ts';
import { inventTuples } from '../worlds/sums/tuples.ts';
import { alignerRow, writeRows } from './rows.ts';

const HELP = `Writes the first training data of the tiny pair, world "sums", as JSONL rows {"user", "assistant"}:
  upstream-train.jsonl   questions with the solutions the upstream is taught, flaws included
  aligner-invented.jsonl drafts with their corrections, before there is an upstream to draft
  tokenizer.jsonl        text for the tokenizer; it never sees the theme that the aligner never sees
  *-eval.jsonl           the same from the test split, for watching accuracy during training

  --out DIR      default .cache/tiny
  --scale S      share of the full amount, such as 0.01 for a smoke run (default 1)
`;

function* upstreamRows(options: Parameters<typeof generateProblems>[0]) {
  for (const problem of generateProblems(options))
    yield { user: problem.question, assistant: tellSolution(problem.taught).join(' ') };
}

function* inventedRows(options: Parameters<typeof generateProblems>[0]) {
  const random = createRandom(options.seed + 1);
  for (const problem of generateProblems(options)) yield* inventTuples(problem, random).map(alignerRow);
}

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: '.cache/tiny' },
    scale: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
} else {
  const { out } = values;
  const count = (full: number) => Math.max(50, Math.round(full * Number(values.scale)));
  mkdirSync(out, { recursive: true });
  const seen = { split: 'train', seed: 11, count: count(15_000), seenOnly: true } as const;
  await writeRows(`${out}/tokenizer.jsonl`, [
    ...upstreamRows(seen),
    ...inventedRows({ ...seen, count: count(5_000) }),
  ]);
  await writeRows(
    `${out}/upstream-train.jsonl`,
    upstreamRows({ split: 'train', seed: 1, count: count(400_000), invented: 0.15 }),
  );
  await writeRows(`${out}/upstream-eval.jsonl`, upstreamRows({ split: 'test', seed: 2, count: count(400) }));
  await writeRows(
    `${out}/aligner-invented.jsonl`,
    inventedRows({ split: 'train', seed: 3, count: count(150_000), invented: 0.5, seenOnly: true }),
  );
  await writeRows(`${out}/aligner-eval.jsonl`, inventedRows({ split: 'test', seed: 4, count: count(200) }));
}
