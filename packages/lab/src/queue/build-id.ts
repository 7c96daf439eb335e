import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import { FILES } from '../data/folder/files.ts';
import { readManifest } from '../folder/manifest.ts';
import { writeJson } from '../folder/write-whole.ts';
import { isBuildId } from './names.ts';

/**
 * The name of a folder's build in Redis: drawn once, so that two folders never share a queue, and kept in the folder, so
 * that a build that goes on finds what was answered meanwhile.
 */
export async function buildIdOf(out: string): Promise<string> {
  await mkdir(out, { recursive: true });
  const path = join(out, FILES.queue);
  const there = (await readManifest(path)) as { build?: unknown } | null;
  if (there === null) {
    const build = randomBytes(8).toString('hex');
    await writeJson(path, { build });
    return build;
  }
  if (typeof there.build === 'string' && isBuildId(there.build)) return there.build;
  throw new StreamAlignerError('invalid-request', `${path} is damaged. Remove it to go on with a new queue.`);
}
