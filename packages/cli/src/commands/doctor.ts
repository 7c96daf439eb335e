import { StreamAlignerError } from '@stream-aligner/core';
import { type Configuration, openRecipes } from '@stream-aligner/gateway';
import type { Command } from 'commander';
import type { Check } from '../doctor/check.ts';
import { examine } from '../doctor/examine.ts';
import { EXIT } from '../exit-codes.ts';
import { findConfiguration } from '../find-configuration.ts';
import { createPaint, type Paint, usesColours } from '../terminal/paint.ts';
import { withProgress } from '../terminal/progress.ts';

interface DoctorFlags {
  config?: string;
  json?: boolean;
  color: boolean;
}

const help = `
Each configured upstream is asked to count on from "1,2,3,". One that says "4" continues a prefix, which is what
steering by corrections needs; one that says "1" starts over; others repeat the prefix, reject it, or only think.

Examples:
  $ stream-aligner doctor
  $ stream-aligner doctor --config gateway.yaml --json

Exit code 1 when something is wrong.`;

/** Adds `doctor`: looks at everything that answers depend on. */
export function addDoctor(program: Command, done: (code: number) => void): void {
  program
    .command('doctor')
    .description('check the runtime, the configuration, the models, and whether upstreams continue a prefix')
    .option('-c, --config <file>', 'the configuration (YAML)')
    .option('--json', 'print one JSON object: { ok, checks: [{ name, status, message }] }')
    .option('--no-color', 'plain text (as with NO_COLOR)')
    .addHelpText('after', help)
    .action(async (flags: DoctorFlags) => done(await doctor(flags)));
}

async function doctor(flags: DoctorFlags): Promise<number> {
  const paint = createPaint(usesColours(process.stdout, flags.color));
  const checks: Check[] = [];
  const examination = everything(flags.config);
  for (;;) {
    const { value: check, done } = await withProgress('Asking the models', examination.next());
    if (done) break;
    checks.push(check);
    if (!flags.json) process.stdout.write(line(check, paint));
  }
  const ok = checks.every(({ status }) => status !== 'failed');
  if (flags.json) process.stdout.write(`${JSON.stringify({ ok, checks }, null, 2)}\n`);
  else process.stdout.write(conclusion(checks));
  return ok ? EXIT.ok : EXIT.failure;
}

async function* everything(flag: string | undefined): AsyncGenerator<Check, void, void> {
  yield runtimeCheck(process.versions.node);
  let configuration: Configuration;
  try {
    const found = await findConfiguration(flag);
    configuration = found.configuration;
    const message =
      found.path === null ? 'none, so the embedded models are served' : `${found.path} is valid`;
    yield { name: 'configuration', status: 'ok', message };
  } catch (error) {
    if (!StreamAlignerError.isInstance(error)) throw error;
    yield { name: 'configuration', status: 'failed', message: error.message };
    return;
  }
  const unavailable = new Map<string, string>();
  const recipes = openRecipes({
    configuration,
    onCopyCheckUnavailable: (aligner, { message }) => unavailable.set(aligner, message),
  });
  try {
    yield* examine(configuration, { recipes, unavailable });
  } finally {
    await recipes.close();
  }
}

function conclusion(checks: readonly Check[]): string {
  if (checks.some(({ status }) => status === 'failed')) return 'Something is wrong: see above.\n';
  const notes = checks.some(({ status }) => status === 'warning');
  return notes ? 'Nothing is wrong; read what is marked !.\n' : 'All is well.\n';
}

/** Whether this Node is one that the packages run on. */
function runtimeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = major > 22 || (major === 22 && minor >= 12);
  return fits
    ? { name: 'runtime', status: 'ok', message: `Node ${version}` }
    : { name: 'runtime', status: 'failed', message: `Node ${version} is too old. Install 22.12 or later.` };
}

function line({ name, status, message }: Check, paint: Paint): string {
  const marks = {
    ok: paint('green', '✓'),
    warning: paint('yellow', '!'),
    failed: paint('red', '✗'),
  };
  return `${marks[status]} ${name}: ${message}\n`;
}
