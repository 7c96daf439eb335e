import { StreamAlignerError } from '@stream-aligner/core';

/** Cuts a stream of text that is one JSON array into the texts of its elements. */
export interface ArrayCutter {
  /** Takes the next piece of text; gives the elements it completes. */
  push(text: string): string[];
  /** Ends the input. Throws `invalid-request` when the array is not closed. */
  end(): void;
}

/** Longest element that is held, in code units. */
const MAX_ELEMENT = 16 * 1024 * 1024;

/** What matters outside strings, and inside one. */
const [MARKS, STRING_MARKS] = [/["[\]{},]/g, /["\\]/g];

/**
 * Makes a cutter that holds no more than one element. It finds where elements begin and end and leaves their grammar to
 * JSON.parse. Throws `invalid-request` for what is no array, and for an element longer than `maxElement` (in code units,
 * default 16 Mi).
 */
export function createArrayCutter({ maxElement = MAX_ELEMENT } = {}): ArrayCutter {
  let state: 'before' | 'inside' | 'after' = 'before';
  let depth = 0;
  let inString = false;
  let count = 0;
  let held: string[] = [];
  let heldLength = 0;
  // A backslash that ended a piece: the next piece's first character is no mark.
  let escaped = false;

  function hold(text: string): void {
    heldLength += text.length;
    if (heldLength > maxElement) throw broken(`element ${count + 1} is longer than ${maxElement} characters`);
    held.push(text);
  }

  function complete(elements: string[]): void {
    elements.push(held.join(''));
    count += 1;
    held = [];
    heldLength = 0;
  }

  /** What an unquoted mark inside the array does: ends the element it follows, the array, or nothing. */
  function passMark(mark: string): 'element' | 'array' | null {
    if (mark === '"') inString = true;
    else if (mark === '[' || mark === '{') depth += 1;
    else if (mark === ',') return depth === 0 ? 'element' : null;
    else if (depth > 0) depth -= 1;
    else return 'array';
    return null;
  }

  /** Takes what stands before the array; gives where its elements begin. */
  function open(text: string): number {
    const at = text.search(/\S/);
    if (at < 0) return 0;
    if (text[at] !== '[') throw broken('it does not begin with "["');
    state = 'inside';
    return at + 1;
  }

  /** Goes on to the next mark from `at` on; gives what it ends, and where to go on. Null when there is none. */
  function pass(text: string, at: number): { next: number; ends: 'element' | 'array' | null } | null {
    const marks = inString ? STRING_MARKS : MARKS;
    marks.lastIndex = at;
    const found = marks.exec(text);
    if (!found) return null;
    const next = found.index + 1;
    if (!inString) return { next, ends: passMark(found[0]) };
    if (found[0] === '"') {
      inString = false;
      return { next, ends: null };
    }
    escaped = next === text.length;
    return { next: next + 1, ends: null };
  }

  return {
    push(text) {
      const elements: string[] = [];
      let from = state === 'before' ? open(text) : 0;
      if (state === 'before') return elements;
      let at = escaped ? 1 : from;
      escaped = false;
      while (state === 'inside') {
        const passed = pass(text, at);
        if (passed === null) break;
        at = passed.next;
        if (passed.ends === null) continue;
        hold(text.slice(from, at - 1));
        from = at;
        const isEmptyArray = passed.ends === 'array' && count === 0 && held.join('').trim() === '';
        if (!isEmptyArray) complete(elements);
        if (passed.ends === 'array') state = 'after';
      }
      if (state === 'inside') hold(text.slice(from));
      else if (text.slice(from).trim() !== '') throw broken('there is text behind the array');
      return elements;
    },
    end() {
      if (state !== 'after') throw broken('it ends before the array does');
    },
  };
}

function broken(why: string): StreamAlignerError {
  return new StreamAlignerError('invalid-request', `This is no JSON array of rows: ${why}.`);
}
