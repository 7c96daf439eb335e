import { open } from 'node:fs/promises';
import { StreamAlignerError } from '@stream-aligner/core';

/**
 * A file of JSON lines that only grows. A line that `append` resolved for survives the death of the process at any
 * moment; the machine's own (a power cut) can take those of the last {@link SYNC_MS}, which are then built again.
 */
export interface AppendLog {
  /** Resolves once the system has the line. After a write that failed nothing more is written. */
  append(value: object): Promise<void>;
  /** Writes what is waiting and forces all of it to the disk. */
  close(): Promise<void>;
}

/** Longest time between two forced writes to the disk while lines are being written. */
const SYNC_MS = 5_000;

export async function openLog(path: string): Promise<AppendLog> {
  const file = await open(path, 'a').catch((cause: unknown) => {
    throw cannotWrite(path, cause);
  });
  let waiting: string[] = [];
  let next: Promise<void> | null = null;
  /** The last write; one that fails fails all that come after it. */
  let tail = Promise.resolve();
  let synced = performance.now();

  /** Writes all that has come while the write before was under way. */
  async function write(): Promise<void> {
    const lines = waiting.join('');
    waiting = [];
    next = null;
    try {
      await file.appendFile(lines);
      if (performance.now() - synced < SYNC_MS) return;
      await file.datasync();
      synced = performance.now();
    } catch (cause) {
      throw cannotWrite(path, cause);
    }
  }

  return {
    append(value) {
      waiting.push(`${JSON.stringify(value)}\n`);
      if (next === null) tail = next = tail.then(write);
      return next;
    },
    async close() {
      try {
        await tail;
        await file.datasync();
      } finally {
        await file.close();
      }
    },
  };
}

/** What to do about a file that could not be written. */
export function cannotWrite(path: string, cause: unknown): StreamAlignerError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'there is no space left' : 'the system refused';
  return new StreamAlignerError(
    'closed',
    `${path} cannot be written (${code}): ${why}. What was written before is whole; make room and run the command again.`,
    { cause },
  );
}
