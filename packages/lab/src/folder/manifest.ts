import { readFile } from 'node:fs/promises';
import { StreamAlignerError } from '@stream-aligner/core';
import { writeJson } from './write-whole.ts';

/** What a run was begun with: plain JSON. */
export type Manifest = Readonly<Record<string, unknown>>;

/**
 * Writes the manifest of a new run, or compares it with the one that is there. Throws `invalid-request`, with every
 * option that differs, for a folder that holds another run.
 */
export async function claimManifest(path: string, manifest: Manifest): Promise<void> {
  const there = await readManifest(path);
  if (there === null) return writeJson(path, manifest);
  const differing = differences(there, JSON.parse(JSON.stringify(manifest)));
  if (differing.length === 0) return;
  const listed = differing.map(({ at, was, is }) => `\n  ${at}: ${was} there, ${is} now`).join('');
  throw new StreamAlignerError(
    'invalid-request',
    `${path} says that this folder holds another run:${listed}\nGive the same options to go on with it, or another --out.`,
  );
}

/** The manifest of a folder, or null. */
export async function readManifest(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StreamAlignerError('invalid-request', `${path} is damaged: it is no JSON.`, { cause });
  }
}

interface Difference {
  at: string;
  was: string;
  is: string;
}

function differences(was: unknown, is: unknown, at = ''): Difference[] {
  if (isRecord(was) && isRecord(is)) {
    const names = new Set([...Object.keys(was), ...Object.keys(is)]);
    return [...names].flatMap((name) => differences(was[name], is[name], at === '' ? name : `${at}.${name}`));
  }
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  return [{ at, was: shown(was), is: shown(is) }];
}

const shown = (value: unknown) => JSON.stringify(value) ?? 'nothing';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
