import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './cache-folder.ts';

/** The folder of the Python trainer, as npm installed it. */
export const TRAINER = dirname(
  createRequire(import.meta.url).resolve('@stream-aligner/trainer/package.json'),
);
export const REQUIREMENTS = join(TRAINER, 'requirements.txt');
/** The recipes that come with the trainer. */
export const RECIPES = join(TRAINER, 'recipes');
/** Beside them: how accelerate splits a model over GPUs. */
export const FSDP = join(RECIPES, 'fsdp.yaml');

/** Core's contracts, which the trainer renders prompts from; the sources travel with the package, built or not. */
const CONTRACTS = fileURLToPath(new URL('../src/contracts/', import.meta.resolve('@stream-aligner/core')));

/** What `train --setup` makes. Its name tells one set of requirements from another. */
export function environmentFolder(): string {
  const hash = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 16);
  return join(cacheFolder(), `trainer-${hash}`);
}

/** The environment variables under which the trainer finds itself and the contracts, whatever the working folder. */
export function trainerVariables(env = process.env): NodeJS.ProcessEnv {
  const inherited = env['PYTHONPATH'];
  return {
    ...env,
    PYTHONPATH: inherited ? `${TRAINER}:${inherited}` : TRAINER,
    PYTHONUNBUFFERED: '1',
    STREAM_ALIGNER_CONTRACTS: CONTRACTS,
  };
}
