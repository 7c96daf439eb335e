import { hash } from 'node:crypto';

/** 64 bits of SHA-256 as 16 hexadecimal digits: the name of an answer or a row, the same on every machine. */
export function hash64(...parts: readonly string[]): string {
  // As JSON, so that no two lists of parts read the same.
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 16);
}

/** A number in [0, 1) from a hash of {@link hash64}, exact in 52 bits. */
export function unitOf(hash: string): number {
  return Number.parseInt(hash.slice(0, 13), 16) / 2 ** 52;
}
