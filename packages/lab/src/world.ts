import { parseArgs } from 'node:util';
import { generateProblems } from './worlds/sums/generate.ts';
import { answerOf, tellSolution } from './worlds/sums/solve.ts';

const HELP = `Prints problems of an embedded world with their answers, so that anyone can judge independently.

  npm run world -- --world sums --split test --seed 7 --count 20 --json

  --world   sums (the only one so far)
  --split   train or test: they share no operand tuple and no template
  --seed    the same seed gives the same problems on every machine
  --count   how many
  --json    a JSON array of { id, question, answer, solution, stratum }; otherwise a text to read
`;

const { values } = parseArgs({
  options: {
    world: { type: 'string', default: 'sums' },
    split: { type: 'string', default: 'test' },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const { world, split } = values;
const [seed, count] = [Number(values.seed), Number(values.count)];
if (values.help) {
  process.stdout.write(HELP);
} else if (world !== 'sums' || (split !== 'train' && split !== 'test') || !isCount(seed) || !isCount(count)) {
  process.stderr.write(
    `world: --world is sums, --split is train or test, --seed and --count are whole numbers.\n\n${HELP}`,
  );
  process.exitCode = 2;
} else {
  const rows = [...generateProblems({ split, seed, count })].map((problem, index) => ({
    id: `sums-${split}-${seed}-${index}`,
    question: problem.question,
    answer: answerOf(problem),
    solution: tellSolution(problem.steps).join(' '),
    stratum: `${problem.family}/${problem.flaw ?? 'none'}/${problem.theme}`,
  }));
  if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else
    for (const row of rows) process.stdout.write(`${row.question}\n  ${row.solution}\n  [${row.stratum}]\n`);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
