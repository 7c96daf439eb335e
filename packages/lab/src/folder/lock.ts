import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { StreamAlignerError } from '@stream-aligner/core';
import { cannotWrite } from './append-log.ts';

/** The locks of this process: one that names it but is not among them was left by a process that had its number before. */
const held = new Set<string>();

/**
 * Keeps other processes from writing into the same folder. One that died on this machine has left its lock, which is
 * taken over. Throws `invalid-request` while another holds it. Gives what releases it.
 */
export async function lockFolder(path: string): Promise<() => Promise<void>> {
  const own = JSON.stringify({ pid: process.pid, host: hostname() });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      await writeFile(path, own, { flag: 'wx' });
      held.add(path);
      return async () => {
        held.delete(path);
        await rm(path, { force: true });
      };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST'))
        throw cannotWrite(path, error);
    }
    const holder = await readFile(path, 'utf8').catch(() => '');
    if (isHeld(holder, path)) break;
    await rm(path, { force: true });
  }
  throw new StreamAlignerError(
    'invalid-request',
    `Another process is writing to this folder (${path}). Wait for it; or, if none is running, delete that file and run the command again.`,
  );
}

/** Whether the process that wrote a lock lives. Of another machine's nothing is known, so it counts as alive. */
function isHeld(text: string, path: string): boolean {
  let holder: { pid?: unknown; host?: unknown };
  try {
    holder = JSON.parse(text) as typeof holder;
  } catch {
    // The writer died before it had written its name.
    return false;
  }
  if (holder.host !== hostname()) return true;
  if (holder.pid === process.pid) return held.has(path);
  try {
    process.kill(Number(holder.pid), 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
