import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** The trainer's folder in this repository. */
export const TRAINER = path.resolve(import.meta.dirname, '../../../../trainer');

/**
 * The Python of the trainer: the one named, else STREAM_ALIGNER_PYTHON's, else the one that `stream-aligner train --setup`
 * made, which is named by the requirements it holds. Throws when there is none.
 */
export function trainerPython(named: string | undefined): string {
  const chosen = named ?? process.env['STREAM_ALIGNER_PYTHON'];
  if (chosen) return path.resolve(chosen);
  const hash = createHash('sha256')
    .update(readFileSync(path.join(TRAINER, 'requirements.txt')))
    .digest('hex');
  const cache = process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache');
  const python = path.join(cache, 'stream-aligner', `trainer-${hash.slice(0, 16)}`, 'bin/python');
  if (existsSync(python)) return python;
  throw new Error(
    'there is no Python for the trainer. Run `npx stream-aligner train --setup` once, or name one with --python.',
  );
}
