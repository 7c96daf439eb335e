import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ModelStamp, RunStamp } from '@stream-aligner/lab';
import { VERSION } from '@stream-aligner/lab';
import { quoted } from '../terminal/quoted.ts';
import type { EvalFlags } from './flags.ts';

/** What every line of results says about the run. */
export async function stampOf(
  { seed, temperature, concurrency }: EvalFlags,
  models: ModelStamp[],
): Promise<RunStamp> {
  return {
    command: quoted(['stream-aligner', ...process.argv.slice(2)]),
    commit: await commitHere(),
    version: VERSION,
    seed,
    temperature,
    concurrency,
    models,
  };
}

/** The commit of the checkout that this runs in, `+` behind it where files differ; null outside of one, or without git. */
async function commitHere(): Promise<string | null> {
  const git = async (...args: string[]) => (await promisify(execFile)('git', args)).stdout.trim();
  try {
    const [commit, changes] = [await git('rev-parse', 'HEAD'), await git('status', '--porcelain', '-uno')];
    return changes === '' ? commit : `${commit}+`;
  } catch {
    return null;
  }
}
