import { createReadStream } from 'node:fs';
import { StreamAlignerError } from '@stream-aligner/core';

/** One line of a file: its text, or why it has none. */
export type Line = {
  /** From 1. */
  number: number;
  /** The byte behind the line and its newline. */
  end: number;
  /** False for a last line without a newline. */
  closed: boolean;
} & ({ text: string } | { fault: string });

/** Longest line that is read, in bytes; a longer one is skipped without being held. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The lines of a UTF-8 file, split at "\n" only, with no more than one of them held. A line that is too long or no UTF-8
 * says so instead of its text. Throws `invalid-request` for a file that cannot be read.
 */
export async function* readLines(
  path: string,
  { maxBytes = MAX_BYTES } = {},
): AsyncGenerator<Line, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let held: Buffer[] = [];
  let heldBytes = 0;
  let number = 0;
  let end = 0;

  function hold(part: Buffer): void {
    heldBytes += part.length;
    if (heldBytes <= maxBytes) held.push(part);
    else held = [];
  }

  function line(closed: boolean): Line {
    number += 1;
    end += heldBytes + (closed ? 1 : 0);
    const at = { number, end, closed };
    const [bytes, tooLong] = [Buffer.concat(held), heldBytes > maxBytes];
    held = [];
    heldBytes = 0;
    if (tooLong) return { ...at, fault: `the line is longer than ${maxBytes} bytes` };
    try {
      return { ...at, text: decoder.decode(bytes) };
    } catch {
      return { ...at, fault: 'the line is not valid UTF-8' };
    }
  }

  try {
    for await (const chunk of createReadStream(path, {
      highWaterMark: 256 * 1024,
    }) as AsyncIterable<Buffer>) {
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        hold(chunk.subarray(from, at));
        from = at + 1;
        yield line(true);
      }
      if (from < chunk.length) hold(chunk.subarray(from));
    }
  } catch (cause) {
    throw cannotRead(path, cause);
  }
  if (heldBytes > 0) yield line(false);
}

/** `invalid-request` for a file that cannot be read; an error that is no file system's is thrown as it is. */
export function cannotRead(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error && 'code' in cause && 'syscall' in cause)) return cause;
  return new StreamAlignerError(
    'invalid-request',
    `${path} cannot be read (${String(cause.code)}). Check that the path is right and readable.`,
    { cause },
  );
}
