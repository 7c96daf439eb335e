import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder.ts';

const SCRIPT = 'convert_hf_to_gguf.py';
/** All that the script reads. */
const PARTS = [SCRIPT, 'conversion', 'gguf-py'];
const run = promisify(execFile);

/**
 * llama.cpp's converter to GGUF, of the very version that serves models here: its sources come with node-llama-cpp, as a
 * git bundle, and are unpacked into the cache once. Null where they or git are missing.
 */
export async function findConverter(): Promise<string | null> {
  try {
    // By way of the package that depends on it, wherever npm has put it.
    const local = createRequire(fileURLToPath(import.meta.resolve('@stream-aligner/local')));
    const bundle = join(dirname(local.resolve('node-llama-cpp')), '..', 'llama', 'gitRelease.bundle');
    const { stdout } = await run('git', ['bundle', 'list-heads', bundle, 'HEAD']);
    const folder = join(cacheFolder(), `llama.cpp-${stdout.slice(0, 12)}`);
    if (!existsSync(folder)) await unpack(bundle, folder);
    return join(folder, SCRIPT);
  } catch {
    return null;
  }
}

/** Moved into place when it is whole, so that neither a kill nor a second call meets half of it. */
async function unpack(bundle: string, folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}.`);
  try {
    await run('git', ['clone', '--quiet', '--no-checkout', bundle, work]);
    await run('git', ['-C', work, 'checkout', '--quiet', 'HEAD', '--', ...PARTS]);
    await rm(join(work, '.git'), { recursive: true });
    await rename(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
