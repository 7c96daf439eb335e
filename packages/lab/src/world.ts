import { parseArgs } from 'node:util';
import { manners } from './worlds/manners/manners.ts';
import { answerIn } from './worlds/sums/check.ts';
import { sums } from './worlds/sums/sums.ts';
import type { GenerateOptions } from './worlds/world.ts';

const HELP = `Prints problems of an embedded world with their answers, so that anyone can judge independently.

  npm run world -- --world sums --split test --seed 7 --count 20 --json

  --world   sums or manners
  --split   train or test: they share no operand tuple and no template
  --seed    the same seed gives the same problems on every machine
  --count   how many
  --json    a JSON array of { id, question, answer, solution, taught, strata }; otherwise a text to read. "answer" is the
            number of a sum; of a question for advice it is the points that a helpful answer covers
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
} else if (
  (world !== 'sums' && world !== 'manners') ||
  (split !== 'train' && split !== 'test') ||
  !isCount(seed) ||
  !isCount(count)
) {
  process.stderr.write(
    `world: --world is sums or manners, --split is train or test, --seed and --count are whole numbers.\n\n${HELP}`,
  );
  process.exitCode = 2;
} else {
  const options: GenerateOptions = { split, seed, count };
  const rows = world === 'sums' ? sumsRows(options) : mannersRows(options);
  const found = [...rows].map((row, index) => ({ id: `${world}-${split}-${seed}-${index}`, ...row }));
  if (values.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else
    for (const { question, solution, taught, strata } of found)
      process.stdout.write(`${question}\n  ${solution}\n  taught: ${taught}\n  [${strata.join(', ')}]\n`);
}

function* sumsRows(options: GenerateOptions) {
  for (const problem of sums.generate(options)) {
    const solution = sums.solution(problem).join(' ');
    const taught = sums.taught(problem).join(' ');
    yield {
      question: problem.question,
      answer: answerIn(solution),
      solution,
      taught,
      strata: sums.strata(problem),
    };
  }
}

function* mannersRows(options: GenerateOptions) {
  for (const problem of manners.generate(options)) {
    const solution = manners.solution(problem).join(' ');
    const taught = manners.taught(problem).join(' ');
    const { question, points } = problem;
    yield { question, answer: points, solution, taught, strata: manners.strata(problem) };
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
