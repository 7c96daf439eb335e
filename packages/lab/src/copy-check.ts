import { parseArgs } from 'node:util';
import { align } from '@stream-aligner/core';
import { createTinyPair } from '@stream-aligner/local';
import { tasksOf } from './worlds/worlds.ts';

const HELP = `How much faster the copy check judges a kept sentence than writing it out again, with the tiny aligner.

  npm run copy-check -- [--problems 60] [--json]

Answers test problems twice in turn, with the copy check and without, and compares the times of the same kept sentences.
`;

const { values } = parseArgs({
  options: {
    problems: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;

function summary(times: number[]) {
  const sorted = times.toSorted((one, other) => one - other);
  return { medianMs: quantile(sorted, 0.5), p25Ms: quantile(sorted, 0.25), p75Ms: quantile(sorted, 0.75) };
}

if (values.help) {
  process.stdout.write(HELP);
} else {
  const pairs = {
    check: await createTinyPair({ sequences: 1, copyCheck: 'exact' }),
    decode: await createTinyPair({ sequences: 1, copyCheck: 'off' }),
  };
  try {
    const times = { check: [] as number[], decode: [] as number[] };
    for (const { question } of tasksOf('sums', {
      split: 'test',
      seed: 900,
      count: Number(values.problems),
    })) {
      for (const way of ['check', 'decode'] as const) {
        const { upstream, aligner } = pairs[way];
        // Look-ahead 0: nothing else runs while the sentence is judged.
        const { events } = await align({
          upstream,
          aligner,
          lookahead: 0,
          messages: [{ role: 'user', content: question }],
          params: { temperature: 0, maxTokens: 200 },
        });
        times[way].push(
          ...events.flatMap((event) => (event.type === 'sentence-kept' ? [event.judgedInMs] : [])),
        );
      }
    }
    const [check, decode] = [summary(times.check), summary(times.decode)];
    const report = {
      keptSentences: times.check.length,
      check,
      decode,
      ratio: decode.medianMs / check.medianMs,
    };
    const milliseconds = ({ medianMs, p25Ms, p75Ms }: typeof check) =>
      `${medianMs.toFixed(2)} ms (${p25Ms.toFixed(2)}–${p75Ms.toFixed(2)})`;
    process.stdout.write(
      values.json
        ? `${JSON.stringify(report, null, 2)}\n`
        : `${report.keptSentences} kept sentences: copy check ${milliseconds(check)}, decoding ${milliseconds(decode)}, ${report.ratio.toFixed(1)} times faster\n`,
    );
  } finally {
    await pairs.check.close();
    await pairs.decode.close();
  }
}
