import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFile } from './run-command.ts';

const TRAINER = fileURLToPath(new URL('fake-trainer.ts', import.meta.url));

/** A program to give as --python that trains nothing, a recipe for it, and a cache of its own. */
export async function fakePython() {
  const python = await temporaryFile(
    'python.mjs',
    `#!${process.execPath}\nimport ${JSON.stringify(TRAINER)};\n`,
  );
  await chmod(python, 0o755);
  const recipe = await temporaryFile('my recipe.yaml', '# For tests.\n');
  const cache = join(dirname(python), 'cache');
  return { python, recipe, cache, env: { XDG_CACHE_HOME: cache } };
}
