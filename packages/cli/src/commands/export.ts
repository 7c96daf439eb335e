import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import { type Command, Option } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { withProgress } from '../terminal/progress.ts';
import { findConverter } from '../train/converter.ts';
import { fileSize } from '../terminal/figures.ts';
import { afterExport } from '../train/next-steps.ts';
import { findPython } from '../train/python.ts';
import { runTrainer } from '../train/run-trainer.ts';

interface ExportFlags {
  out: string;
  gguf?: boolean;
  quantize?: string;
  converter?: string;
  name?: string;
  license?: string;
  python?: string;
  json?: boolean;
}

const help = `
Always written: one folder that transformers, vLLM and SGLang load (a LoRA merged into its base), with a model card. With
--gguf also a file for llama.cpp, Ollama and this command itself. Architectures other than our tiny one go through
llama.cpp's own converter, which comes with this package (git unpacks it) unless --converter names another.

Examples:
  $ stream-aligner export my-aligner --out my-aligner-export
  $ stream-aligner export my-aligner --out my-aligner-export --gguf
  $ stream-aligner export my-aligner --out my-aligner-export --gguf --quantize q8_0`;

/** Adds `export`: a trained model, as servers load it. */
export function addExport(program: Command, done: (code: number) => void): void {
  program
    .command('export')
    .description('write a trained aligner as servers load it: one folder, and a GGUF file')
    .argument('<model>', 'the folder that `train` wrote')
    .requiredOption('--out <folder>', 'where the export is written')
    .option('--gguf', 'write a GGUF file too')
    .addOption(
      new Option('--quantize <type>', "how the GGUF file's weights are stored (implies --gguf)").choices([
        'q8_0',
      ]),
    )
    .option('--converter <path>', "llama.cpp's convert_hf_to_gguf.py")
    .option('--name <name>', "the model's name, in its card and GGUF file (default: that of --out)")
    .option('--license <id>', "the model's licence, such as apache-2.0")
    .option('--python <path>', 'a Python that has what training needs')
    .option('--json', 'print the events, one JSON object a line')
    .addHelpText('after', help)
    .action(async (model: string, flags: ExportFlags) => done(await exportModel(model, flags)));
}

async function exportModel(model: string, flags: ExportFlags): Promise<number> {
  const out = resolve(flags.out);
  const began = Date.now();
  const folder = await folderOf(model);
  const python = await findPython(flags.python);
  const outcome = await withProgress(
    'Exporting',
    runTrainer({
      what: 'exporter',
      python,
      module: 'stream_aligner_trainer.export',
      args: ['--model', folder, '--out', out, ...cardArguments(flags), ...(await ggufArguments(flags))],
      onEvent: (event) => {
        if (flags.json) process.stdout.write(`${JSON.stringify(event)}\n`);
      },
      onInterrupt: () => {},
    }),
  );
  if (outcome !== 'finished') return EXIT.interrupted;
  if (!flags.json) process.stdout.write(summary(await writtenSince(out, began)));
  return EXIT.ok;
}

async function folderOf(model: string): Promise<string> {
  const path = resolve(model);
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return path;
  throw new StreamAlignerError(
    'invalid-request',
    `There is no folder at ${path}. Give the folder that \`stream-aligner train\` said the model is in.`,
  );
}

const cardArguments = ({ name, license }: ExportFlags): string[] => [
  ...(name === undefined ? [] : ['--name', name]),
  ...(license === undefined ? [] : ['--license', license]),
];

async function ggufArguments({ gguf, quantize, converter }: ExportFlags): Promise<string[]> {
  if (!gguf && quantize === undefined) return [];
  const script = converter === undefined ? await findConverter() : resolve(converter);
  return [
    '--gguf',
    ...(quantize === undefined ? [] : ['--quantize', quantize]),
    ...(script === null ? [] : ['--converter', script]),
  ];
}

interface Written {
  path: string;
  size: number;
}

async function writtenSince(folder: string, began: number): Promise<Written[]> {
  const names = await readdir(folder, { recursive: true });
  const found = await Promise.all(
    names.sort().map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path);
      // File systems keep times in coarser steps than the clock.
      return { path, size, isNew: mtimeMs >= began - 1_000 };
    }),
  );
  return found.filter(({ isNew }) => isNew);
}

function summary(written: readonly Written[]): string {
  const sizes = written.map(({ size }) => fileSize(size));
  const width = Math.max(...sizes.map((size) => size.length));
  const lines = written.map(({ path }, index) => `  ${sizes[index]?.padStart(width)}  ${path}\n`).join('');
  const gguf = written.find(({ path }) => path.endsWith('.gguf'));
  return `Written:\n${lines}${gguf === undefined ? '' : afterExport(gguf.path)}`;
}
