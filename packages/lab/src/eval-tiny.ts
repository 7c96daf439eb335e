import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { align } from '@stream-aligner/core';
import { createTinyPair } from '@stream-aligner/local';
import { mapConcurrently } from './eval/concurrently.ts';
import { createProgress } from './eval/progress.ts';
import { answerSums } from './eval/sums-answers.ts';
import { reportSums, type SumsReport } from './eval/sums-report.ts';
import { answerIn } from './worlds/sums/check.ts';
import { generateProblems } from './worlds/sums/generate.ts';

const HELP = `Measures the tiny pair on problems of the world "sums" that nothing was trained on.

  npm run eval:tiny -- [--problems 1000] [--seed 100] [--at-once 8] [--json]

Prints accuracy for 0 to all rounds and both values of --then, the keep, fix and over-edit rates with 95 % intervals,
and strata; at temperature 0, then on 40 questions written by hand, then at temperature 0.7 (a quarter of the problems).
With --json: one JSON object; the temperature 0 table is its top level, the others are under "handWritten" and "warm".
`;

interface HandWritten {
  problems: number;
  raw: { accuracy: number };
  aligned: { accuracy: number };
  missed: string[];
}

const { values } = parseArgs({
  options: {
    problems: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '100' },
    'at-once': { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  const atOnce = Number(values['at-once']);
  const pair = await createTinyPair({ sequences: atOnce });
  try {
    const report = {
      ...(await evaluate(Number(values.problems), 0)),
      handWritten: await evaluateHandWritten(),
      warm: await evaluate(Math.ceil(Number(values.problems) / 4), 0.7),
      upstreamParams: pair.upstream.parameters,
      alignerParams: pair.aligner.parameters,
    };
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : describe(report));
  } finally {
    await pair.close();
  }

  async function evaluate(count: number, temperature: number): Promise<SumsReport & { temperature: number }> {
    const problems = [...generateProblems({ split: 'test', seed: Number(values.seed), count })];
    const progress = createProgress(`temperature ${temperature}`, count);
    const answers = await mapConcurrently(problems, atOnce, async (problem, index) => {
      const answer = await answerSums(problem, { ...pair, temperature, seed: index + 1 });
      progress.tick();
      return answer;
    });
    progress.end();
    return { temperature, ...reportSums(answers) };
  }

  async function evaluateHandWritten(): Promise<HandWritten> {
    const url = new URL('../src/worlds/sums/handwritten.json', import.meta.url);
    const questions: { question: string; answer: number }[] = JSON.parse(readFileSync(url, 'utf8'));
    const results = await mapConcurrently(questions, atOnce, async ({ question, answer }) => {
      const ask = async (rounds: 0 | 'all') => {
        const answered = align({
          ...pair,
          rounds,
          messages: [{ role: 'user', content: question }],
          params: { temperature: 0, maxTokens: 200 },
        });
        return answered.then(
          ({ text }) => answerIn(text) === answer,
          () => false,
        );
      };
      return { question, raw: await ask(0), aligned: await ask('all') };
    });
    const share = (key: 'raw' | 'aligned') => ({
      accuracy: results.filter((result) => result[key]).length / results.length,
    });
    const missed = results.filter((result) => !result.aligned).map((result) => result.question);
    return { problems: results.length, raw: share('raw'), aligned: share('aligned'), missed };
  }
}

function describe(
  report: SumsReport & {
    handWritten: HandWritten;
    warm: SumsReport;
    upstreamParams: number;
    alignerParams: number;
  },
): string {
  const percent = (value: number | null) => (value === null ? '—' : `${(100 * value).toFixed(1)} %`);
  const table = ({ rounds, keepRate, fixRate, overEditRate, problems, failed }: SumsReport) =>
    [
      `${problems} problems, keep ${percent(keepRate)}, fix ${percent(fixRate)}, over-edit ${percent(overEditRate)}, ${failed} failed`,
      ...rounds.map(
        (row) =>
          `  rounds ${String(row.rounds).padEnd(4)} then ${row.then.padEnd(9)} ${percent(row.accuracy)}`,
      ),
    ].join('\n');
  const strata = Object.entries(report.strata).map(
    ([name, { problems, raw, aligned, fixRate }]) =>
      `  ${name.padEnd(30)} ${String(problems).padStart(5)}  raw ${percent(raw.value)}  aligned ${percent(aligned.value)}  fix ${percent(fixRate.value)}`,
  );
  const { handWritten } = report;
  return `${[
    `upstream ${report.upstreamParams} parameters, aligner ${report.alignerParams}`,
    `temperature 0: ${table(report)}`,
    ...strata,
    `written by hand: ${handWritten.problems} questions, raw ${percent(handWritten.raw.accuracy)}, aligned ${percent(handWritten.aligned.accuracy)}`,
    ...handWritten.missed.map((question) => `  missed: ${question}`),
    `temperature 0.7: ${table(report.warm)}`,
  ].join('\n')}\n`;
}
