import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { type WholeFile, writeWhole } from '@stream-aligner/lab';

/** Names the standard output where a file is asked for. */
export const STANDARD_OUTPUT = '-';

/**
 * Writes text as it comes: to a file that comes to be whole or not at all, or, for "-", to the standard output, which is
 * waited for. When nobody reads the standard output any more, the rest is left.
 */
export async function writeOut(
  path: string,
  pieces: AsyncIterable<string> | Iterable<string>,
): Promise<void> {
  if (path === STANDARD_OUTPUT) return writeToStandardOutput(pieces);
  const file = await openOut(path);
  try {
    for await (const piece of pieces) await file.write(piece);
    await file.finish();
  } finally {
    await file.abandon();
  }
}

/** A file that comes to be whole or not at all; unlike a build's, nothing is left of one that is abandoned. */
export async function openOut(path: string): Promise<WholeFile> {
  const file = await writeWhole(path);
  return {
    ...file,
    async abandon() {
      await file.abandon();
      await rm(`${path}.partial`, { force: true });
    },
  };
}

const BATCH = 64 * 1024;

async function writeToStandardOutput(pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
  const { stdout } = process;
  let closed = false;
  // The program itself tells what went wrong with the output.
  const onError = () => {
    closed = true;
  };
  stdout.on('error', onError);
  let held = '';
  const flush = async () => {
    if (!stdout.write(held)) await once(stdout, 'drain').catch(onError);
    held = '';
  };
  try {
    for await (const piece of pieces) {
      held += piece;
      if (held.length >= BATCH) await flush();
      if (closed) return;
    }
    await flush();
  } finally {
    stdout.off('error', onError);
  }
}
