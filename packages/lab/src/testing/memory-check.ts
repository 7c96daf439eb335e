import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAnswers } from '../data/build.ts';
import { finishData } from '../data/finish/finish.ts';
import { openFileSource } from '../data/prompts/file-source.ts';
import { scriptedBuild } from './scripted-build.ts';

const HELP = `Builds data from many prompts with scripted models in this process, and prints what memory it holds.

  node --conditions=@stream-aligner/source packages/lab/src/testing/memory-check.ts [--prompts N] [--concurrency N]

  --prompts N       default 200000, in a JSONL file
  --concurrency N   answers at once, default 200
`;

const { values } = parseArgs({
  options: {
    prompts: { type: 'string', default: '200000' },
    concurrency: { type: 'string', default: '200' },
    help: { type: 'boolean', default: false },
  },
});

const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`.padStart(9);

function report(what: string): void {
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const parts = [
    `rss ${megabytes(rss)}`,
    `heap ${megabytes(heapUsed)}`,
    `buffers ${megabytes(arrayBuffers)}`,
  ];
  process.stdout.write(`${what.padEnd(24)} ${parts.join('   ')}\n`);
}

async function writePrompts(path: string, count: number): Promise<void> {
  const lines = function* () {
    for (let number = 0; number < count; number += 1)
      yield `${JSON.stringify({ prompt: `question ${number}` })}\n`;
  };
  await writeFile(path, lines());
}

async function measure(count: number, concurrency: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-memory-'));
  try {
    const prompts = join(folder, 'prompts.jsonl');
    const out = join(folder, 'out');
    await writePrompts(prompts, count);
    report('before');
    const began = performance.now();
    let next = 0;
    const options = scriptedBuild(out, count, { prompts: await openFileSource(prompts), concurrency });
    const tally = await buildAnswers({
      ...options,
      onProgress({ seen }) {
        if (seen < next) return;
        report(`${seen} answers`);
        next += count / 10;
      },
    });
    const seconds = (performance.now() - began) / 1000;
    process.stdout.write(`${tally.tuples} tuples, ${Math.round(tally.made / seconds)} answers a second\n`);
    const again = await buildAnswers(options);
    report(`begun again, ${again.made} made`);
    await finishData({ out, balance: 0.6 });
    report('files written');
    const { size } = await stat(join(out, 'answers.jsonl'));
    process.stdout.write(`answers.jsonl has ${megabytes(size).trim()}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (values.help) process.stdout.write(HELP);
else await measure(Number(values.prompts), Number(values.concurrency));
