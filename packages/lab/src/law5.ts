import { parseArgs } from 'node:util';
import type { AlignOptions } from '@stream-aligner/core';
import { createTinyPair, type TinyPair } from '@stream-aligner/local';
import { collect } from './eval/collect.ts';
import { mapConcurrently } from './eval/concurrently.ts';
import { createProgress } from './eval/progress.ts';
import { tasksOf } from './worlds/worlds.ts';

const HELP = `Law 5 with the real tiny pair at temperature 0: look-ahead and concurrency change time, never text.

  npm run law5 -- [--problems 200] [--json]

Takes test problems until there are so many, at least half of them with a rewrite; answers each with look-ahead 0, 1 and
4, one at a time and eight at once, and compares the texts. Exits with 1 if any differs.
`;

interface Found {
  question: string;
  rewritten: boolean;
}

const { values } = parseArgs({
  options: {
    problems: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  const pair = await createTinyPair({ sequences: 8 });
  try {
    const problems = await findProblems(pair, Number(values.problems));
    const settings = [0, 1, 4].flatMap((lookahead) => [1, 8].map((atOnce) => ({ lookahead, atOnce })));
    const texts: string[][] = [];
    for (const { lookahead, atOnce } of settings) {
      const progress = createProgress(`look-ahead ${lookahead}, ${atOnce} at once`, problems.length);
      texts.push(
        await mapConcurrently(problems, atOnce, async ({ question }) => {
          const { text, failed } = await collect(request(pair, question, lookahead));
          progress.tick();
          return failed ? 'failed' : text;
        }),
      );
      progress.end();
    }
    const differing = problems.filter((_, index) => new Set(texts.map((answers) => answers[index])).size > 1);
    const report = {
      problems: problems.length,
      withRewrite: problems.filter((problem) => problem.rewritten).length,
      settings,
      differing: differing.map((problem) => problem.question),
    };
    process.stdout.write(
      values.json
        ? `${JSON.stringify(report, null, 2)}\n`
        : `${report.problems} problems, ${report.withRewrite} with a rewrite, ${settings.length} settings: ${differing.length} differ\n`,
    );
    if (differing.length > 0) process.exitCode = 1;
  } finally {
    await pair.close();
  }
}

/** Test problems, at least half of them with a rewrite: further ones without are passed over. */
async function findProblems(pair: TinyPair, count: number): Promise<Found[]> {
  const found: Found[] = [];
  for (const { question } of tasksOf('sums', { split: 'test', seed: 500, count: count * 6 })) {
    if (found.length === count) break;
    const { events } = await collect(request(pair, question, 1));
    const rewritten = events.some((event) => event.type === 'sentence-rewritten');
    const plain = found.filter((problem) => !problem.rewritten).length;
    if (rewritten || plain < Math.floor(count / 2)) found.push({ question, rewritten });
  }
  return found;
}

function request(pair: TinyPair, question: string, lookahead: number): AlignOptions {
  const { upstream, aligner } = pair;
  const params = { temperature: 0, maxTokens: 200 };
  return { upstream, aligner, lookahead, messages: [{ role: 'user', content: question }], params };
}
