/** What a UTF-16 code unit is to the segmenter. */
export const Char = {
  space: 1,
  lower: 2,
  upper: 3,
  /** Letters without case, marks, and letters beyond the basic plane. */
  uncased: 4,
  digit: 5,
  /** Sentence terminators beyond ASCII, which end a sentence with or without a space after them. */
  stop: 6,
  open: 7,
  close: 8,
  emoji: 9,
  /** The second half of a surrogate pair. */
  low: 10,
  other: 11,
} as const;

export type CharClass = (typeof Char)[keyof typeof Char];

const tests: readonly (readonly [RegExp, CharClass])[] = [
  [/\s/u, Char.space],
  [/[\u{a1}\u{bf}‘“„‚«‹]|\p{Ps}/u, Char.open],
  [/[’”»›]|\p{Pe}/u, Char.close],
  // Dots and ellipses below are judged by what follows, like ASCII full stops.
  [/[.!?…‥‼⁇⁈⁉]/u, Char.other],
  [/\p{Sentence_Terminal}/u, Char.stop],
  [/(?![\u{a9}\u{ae}\u{2122}#*0-9])\p{Extended_Pictographic}|\u{200d}|\u{fe0f}|\u{20e3}/u, Char.emoji],
  [/\p{Nd}/u, Char.digit],
  [/\p{Ll}/u, Char.lower],
  [/[\p{Lu}\p{Lt}]/u, Char.upper],
  [/[\p{L}\p{M}\p{Nl}]/u, Char.uncased],
];

function classify(unit: number): CharClass {
  if (unit >= 0xdc00 && unit <= 0xdfff) return Char.low;
  // Pictographs live behind these three high surrogates; nearly all else beyond the basic plane is letters.
  if (unit >= 0xd83c && unit <= 0xd83e) return Char.emoji;
  if (unit >= 0xd800 && unit <= 0xdbff) return Char.uncased;
  const char = String.fromCharCode(unit);
  return tests.find(([test]) => test.test(char))?.[1] ?? Char.other;
}

const known = new Uint8Array(0x10000);

/** The class of a code unit; `Char.other` for -1, the end of text. */
export function classOf(unit: number): CharClass {
  if (unit < 0) return Char.other;
  const found = known[unit];
  if (found) return found as CharClass;
  const made = classify(unit);
  known[unit] = made;
  return made;
}

/** True for classes that words and numbers are made of. */
export function isWordPart(found: CharClass): boolean {
  return found >= Char.lower && found <= Char.digit;
}

/** True for letters of any script. */
export function isLetter(unit: number): boolean {
  const found = classOf(unit);
  return found === Char.lower || found === Char.upper || found === Char.uncased;
}

/** True for Han, Kana and Hangul: scripts whose sentences may follow each other without a space. */
export function isEastAsian(unit: number): boolean {
  return (
    (unit >= 0x3040 && unit <= 0x30ff) ||
    (unit >= 0x3400 && unit <= 0x9fff) ||
    (unit >= 0xac00 && unit <= 0xd7af) ||
    (unit >= 0xf900 && unit <= 0xfaff) ||
    (unit >= 0xd840 && unit <= 0xd888)
  );
}

/** True for `.`, `!`, `?`, the ellipses and doubled marks: terminators that need to see what follows. */
export function isPlainStop(unit: number): boolean {
  return (
    unit === 0x2e ||
    unit === 0x21 ||
    unit === 0x3f ||
    unit === 0x2026 ||
    unit === 0x2025 ||
    unit === 0x203c ||
    (unit >= 0x2047 && unit <= 0x2049)
  );
}

/** True for list bullets that do not otherwise begin a word. */
export function isBullet(unit: number): boolean {
  return (
    unit === 0x2022 || // •
    unit === 0x2023 || // ‣
    unit === 0x2043 || // ⁃
    unit === 0x25e6 || // ◦
    unit === 0x25aa || // ▪
    unit === 0x25cf || // ●
    unit === 0x25cb || // ○
    unit === 0x25a0 || // ■
    unit === 0x27a4 // ➤
  );
}
