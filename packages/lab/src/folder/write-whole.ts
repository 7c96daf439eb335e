import { open, rename } from 'node:fs/promises';
import { cannotWrite } from './append-log.ts';

/** A file that comes to be with all of its text or not at all: until `finish` the text is in `PATH.partial`. */
export interface WholeFile {
  /** Takes text; resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** Forces the text to the disk and gives the file its name, in place of one that was there. */
  finish(): Promise<void>;
  /** Closes the partial file and leaves what was there. Nothing after {@link WholeFile.finish}. */
  abandon(): Promise<void>;
}

const BATCH = 64 * 1024;

export async function writeWhole(path: string): Promise<WholeFile> {
  const partial = `${path}.partial`;
  const file = await open(partial, 'w').catch((cause: unknown) => {
    throw cannotWrite(partial, cause);
  });
  let held: string[] = [];
  let size = 0;
  let isOpen = true;

  async function flush(): Promise<void> {
    const text = held.join('');
    held = [];
    size = 0;
    await file.appendFile(text).catch((cause: unknown) => {
      throw cannotWrite(partial, cause);
    });
  }

  async function close(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    await file.close();
  }

  return {
    async write(text) {
      held.push(text);
      size += text.length;
      if (size >= BATCH) await flush();
    },
    async finish() {
      await flush();
      await file.datasync();
      await close();
      await rename(partial, path);
    },
    abandon: close,
  };
}

/** Writes an object as a JSON file, whole or not at all. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const file = await writeWhole(path);
  try {
    await file.write(`${JSON.stringify(value, null, 2)}\n`);
    await file.finish();
  } finally {
    await file.abandon();
  }
}
