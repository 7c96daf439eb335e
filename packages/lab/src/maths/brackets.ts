/** Where the bracket that opens at `start` is closed (the index of the closing one), or -1. Escaped braces do not count. */
export function closingBrace(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

/**
 * The parts of a formula between separators that stand outside of every bracket. A bracket is closed by any other kind,
 * as half-open intervals are.
 *
 * @param separator Sticky (flag `y`).
 */
export function splitOutside(text: string, separator: RegExp): { parts: string[]; separators: string[] } {
  const parts: string[] = [];
  const separators: string[] = [];
  let [depth, from, at] = [0, 0, 0];
  while (at < text.length) {
    separator.lastIndex = at;
    const found = depth === 0 ? separator.exec(text)?.[0] : undefined;
    if (found !== undefined && found !== '') {
      parts.push(text.slice(from, at));
      separators.push(found);
      at += found.length;
      from = at;
      continue;
    }
    // `\{` opens as `{` does; of other commands only their backslash is passed.
    const character = text[at] === '\\' && /[{}]/.test(text[at + 1] ?? '') ? text[++at] : text[at];
    if ('([{'.includes(character ?? ' ')) depth += 1;
    else if (')]}'.includes(character ?? ' ')) depth = Math.max(0, depth - 1);
    at += 1;
  }
  parts.push(text.slice(from));
  return { parts, separators };
}

/** What stands between the brackets that enclose all of a text, with both; null where they enclose less. */
export function enclosed(text: string): { open: string; inner: string; close: string } | null {
  const [, open, inner, close] = /^(\(|\[|\\\{)(.*)(\)|\]|\\\})$/s.exec(text) ?? [];
  if (open === undefined || inner === undefined || close === undefined) return null;
  let depth = 0;
  for (const [at, character] of [...inner].entries()) {
    const command = inner[at - 1] === '\\' && !'{}'.includes(character);
    if (command) continue;
    if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    // The first bracket was closed before the end.
    if (depth < 0) return null;
  }
  return depth === 0 ? { open, inner, close } : null;
}
