import { type FileHandle, open } from 'node:fs/promises';
import { StreamAlignerError } from '@stream-aligner/core';
import { GgufFault, ggufExtent } from './gguf-extent.ts';

const FIRST_READ = 1 << 20;

/**
 * Checks that a file is a whole GGUF file before llama.cpp maps it into memory, where reading past its end would kill
 * the process. Gives the file's size in bytes.
 *
 * Reads only the header, so it finds what is no GGUF file, a header that does not hold together, and a file that is cut
 * off. What the tensors hold is not checked, and there is no checksum: a flipped byte in them goes unnoticed.
 *
 * @throws StreamAlignerError `model-missing` when it cannot be read, `model-damaged` when it is no GGUF file or is cut off.
 */
export async function checkModelFile(path: string): Promise<number> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (cause) {
    throw unreadable(path, cause);
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw unreadable(path, new Error('it is not a file'));
    const needed = await extentOf(file, stat.size);
    if (needed > stat.size)
      throw new GgufFault(`it has ${stat.size} bytes where its header tells of ${needed}`);
    return stat.size;
  } catch (error) {
    if (!(error instanceof GgufFault)) throw error;
    throw new StreamAlignerError(
      'model-damaged',
      `The model file ${path} cannot be used: ${error.message}. Fetch or export it again; a download may have been cut off, or the file may be a Git LFS pointer.`,
      { cause: error, details: { path } },
    );
  } finally {
    await file.close();
  }
}

function unreadable(path: string, cause: unknown): StreamAlignerError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StreamAlignerError(
    'model-missing',
    `The model file ${path} cannot be read: ${why}. Check the path (relative paths start at the working directory) and its permissions.`,
    { cause, details: { path } },
  );
}

/** Reads more of the file until all of the header is there. */
async function extentOf(file: FileHandle, size: number): Promise<number> {
  for (let length = FIRST_READ; ; length *= 4) {
    const bytes = new Uint8Array(Math.min(length, size));
    await file.read(bytes, 0, bytes.length, 0);
    try {
      return ggufExtent(bytes);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (length >= size) throw new GgufFault('it ends within its header');
    }
  }
}
