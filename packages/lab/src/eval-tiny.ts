import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { brief } from './tiny/brief.ts';
import { evaluatePair, type PairReport } from './tiny/eval/evaluate-pair.ts';
import { describeReport } from './tiny/eval/describe.ts';

const HELP = `Measures the tiny pair on problems that nothing was trained on, in both worlds.

  npm run eval:tiny -- [--problems 1000] [--seed 100] [--at-once 8] [--models DIR] [--experiments DIR] [--json]

For each world what "stream-aligner eval run" measures: answers raw and aligned, net win rates, keep, fix and over-edit
rates, 0 to all rounds with both values of --then, and strata; at temperature 0, and for a quarter of the problems at 0.7.
Then other pairs and methods on the same problems, and controls: the aligner without the draft, with another draft, without
the question; whether a correction steers; questions written by hand. Everything has a 95 % interval.

  --models DIR       where tiny-upstream.gguf and tiny-aligner.gguf lie (default models)
  --experiments DIR  where "tiny:rebuild --all" left the models that the product does not ship; each that is there gives
                     its own rows (default models/experiments)
  --json             one JSON object
`;

const { values } = parseArgs({
  options: {
    problems: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '100' },
    'at-once': { type: 'string', default: '8' },
    models: { type: 'string', default: 'models' },
    experiments: { type: 'string', default: 'models/experiments' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  const found = (folder: string, name: string) => {
    const file = path.resolve(folder, `${name}.gguf`);
    return existsSync(file) ? file : null;
  };
  const report: PairReport = await evaluatePair({
    upstream: path.resolve(values.models, 'tiny-upstream.gguf'),
    aligner: path.resolve(values.models, 'tiny-aligner.gguf'),
    experiments: {
      upstreamSmall: found(values.experiments, 'upstream-small'),
      alignerSmall: found(values.experiments, 'aligner-small'),
      alignerInvented: found(values.experiments, 'aligner-invented'),
      upstreamTuned: found(values.experiments, 'upstream-tuned'),
      full: found(values.experiments, 'full'),
    },
    problems: Number(values.problems),
    seed: Number(values.seed),
    atOnce: Number(values['at-once']),
  });
  process.stdout.write(values.json ? brief(report) : describeReport(report));
}
