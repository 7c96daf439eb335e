import { recall, remember } from '../ui/storage.ts';

/** What a key opens: asking, or reading traces. A gateway can have other keys for each. */
export type Door = 'answers' | 'traces';

const NAMES = { answers: 'stream-aligner.key', traces: 'stream-aligner.traces-key' } as const;

/**
 * The API key that was typed in this tab, or else the one for the other door; '' for none. It is forgotten when the tab
 * is closed.
 */
export function storedKey(door: Door): string {
  const [own, other] = [door, door === 'answers' ? 'traces' : 'answers'].map((name) =>
    recall('session', NAMES[name as Door]),
  );
  return [own, other].find((key): key is string => typeof key === 'string' && key !== '') ?? '';
}

export function storeKey(door: Door, key: string): void {
  remember('session', NAMES[door], key);
}

/** The header that carries the key, where there is one. */
export function authorization(door: Door): Record<string, string> {
  const key = storedKey(door);
  return key === '' ? {} : { authorization: `Bearer ${key}` };
}
