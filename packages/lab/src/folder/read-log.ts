import { truncate } from 'node:fs/promises';
import { StreamAlignerError } from '@stream-aligner/core';
import { type Line, readLines } from '../data/lines.ts';

/**
 * The values of a file of JSON lines, nothing for a file that is not there. A last line without its newline was being
 * written when its writer died and is left out. Throws `invalid-request` for any other line that is no JSON.
 */
export async function* readLog(path: string): AsyncGenerator<unknown, void, undefined> {
  for await (const line of linesOf(path)) if (line.closed) yield valueOf(line, path);
}

/** As {@link readLog}; and cuts a torn last line off, so that the next one does not run on from it. */
export async function* recoverLog(path: string): AsyncGenerator<unknown, void, undefined> {
  let end = 0;
  for await (const line of linesOf(path)) {
    if (!line.closed) {
      await truncate(path, end);
      return;
    }
    yield valueOf(line, path);
    end = line.end;
  }
}

async function* linesOf(path: string): AsyncGenerator<Line, void, undefined> {
  try {
    yield* readLines(path, { maxBytes: 256 * 1024 * 1024 });
  } catch (error) {
    const cause = StreamAlignerError.isInstance(error) ? error.cause : undefined;
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw error;
  }
}

function valueOf(line: Line, path: string): unknown {
  try {
    if ('text' in line) return JSON.parse(line.text);
  } catch {
    // Told below, without the line.
  }
  throw new StreamAlignerError(
    'invalid-request',
    `Line ${line.number} of ${path} is damaged: it is no JSON. No run writes such a line; take it out to go on without it.`,
  );
}
