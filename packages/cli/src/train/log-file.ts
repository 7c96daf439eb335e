import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';

const TAIL_BYTES = 16_384;
const TAIL_LINES = 20;

/** A new file for what Python says on its error stream during one run. */
export function newLogFile(what: string, at = new Date()): string {
  const time = at.toISOString().replace(/[:.]/g, '-');
  return join(cacheFolder(), 'logs', `${what}-${time}-${process.pid}.log`);
}

/** Removes the log of a run that went well. */
export const forgetLog = (log: string): Promise<void> => rm(log, { force: true });

/** The last lines of a log; '' when there are none. */
export function tailOf(log: string): string {
  if (!existsSync(log)) return '';
  const file = openSync(log, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString().trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  } finally {
    closeSync(file);
  }
}
