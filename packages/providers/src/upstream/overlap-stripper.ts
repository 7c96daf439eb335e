import type { TextFilter } from './echo-stripper.ts';

/** The shortest repetition that is dropped, in code units: no run of ordinary words is eaten by chance. */
const SHORTEST = 12;
/** The longest, in code units; also the most that is held back. */
const LONGEST = 2_000;

/**
 * Drops the end of the prefix where a model repeats it before it goes on, as models do that are asked to continue by a
 * new turn: the longest suffix of the prefix, from {@link SHORTEST} to {@link LONGEST} code units, that begins at a word
 * and begins the output, whitespace before it aside. Holds text back only while it could still be such a repetition. An
 * answer that means to say its last sentence twice loses the second.
 */
export function createOverlapStripper(prefix: string): TextFilter {
  const tail = prefix.trimEnd().slice(-LONGEST);
  let held = '';
  let deciding = tail.length >= SHORTEST;
  /** Where in `tail` the output may have begun to repeat it. */
  let starts = Array.from({ length: Math.max(0, tail.length - SHORTEST + 1) }, (_, start) => start).filter(
    (start) => beginsWord(tail, start),
  );
  /** Code units of `held` that belong to the repetition, the whitespace before it included. */
  let overlap = 0;
  let whitespace = 0;
  return {
    push(text) {
      if (!deciding) return text;
      for (let at = 0; at < text.length; at += 1) {
        const unit = text.charAt(at);
        held += unit;
        if (held.trimStart() === '') {
          whitespace = held.length;
          continue;
        }
        const matched = held.length - whitespace;
        starts = starts.filter((start) => tail.charAt(start + matched - 1) === unit);
        if (starts.some((start) => start + matched === tail.length)) overlap = held.length;
        starts = starts.filter((start) => start + matched < tail.length);
        if (starts.length === 0) return release() + text.slice(at + 1);
      }
      return '';
    },
    flush: release,
  };

  function release(): string {
    deciding = false;
    const released = held.slice(overlap);
    held = '';
    return released;
  }
}

/** Whether a word, or a character of a script that writes no spaces, begins at `at`. */
function beginsWord(text: string, at: number): boolean {
  if (/\s/.test(text.charAt(at))) return false;
  const before = text.charAt(at - 1);
  return (
    at === 0 ||
    !/[\p{L}\p{N}\p{M}_]/u.test(before) ||
    /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}]/u.test(before)
  );
}
