/** Where something is kept: as long as this tab lives, or until it is removed. */
export type Place = 'session' | 'local';

/** What was kept under a name; null for nothing, for what cannot be read, and where a browser keeps nothing. */
export function recall(place: Place, name: string): unknown {
  try {
    return JSON.parse(storage(place).getItem(name) ?? 'null');
  } catch {
    return null;
  }
}

/** Keeps a value. False when there is no room, or the browser keeps nothing. */
export function remember(place: Place, name: string, value: unknown): boolean {
  try {
    storage(place).setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

function storage(place: Place): Storage {
  return place === 'session' ? sessionStorage : localStorage;
}
