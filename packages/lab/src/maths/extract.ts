import { closingBrace } from './brackets.ts';
import { hashAnswer, withoutMarks } from './gsm8k.ts';
import { lastNumber } from './last-number.ts';

/** An answer is at its end: what stands farther from it is not looked at. */
const MAX_LENGTH = 100_000;
/** Longer than any final answer: what follows a marker and is longer is not looked through. */
const MAX_STATED = 1000;
/** Markers without an answer behind them that are passed over. */
const MAX_TRIED = 20;

/**
 * The final answer that a text commits to, as it is written there, or null. The first of these that is there, and of
 * several the last, because solutions correct themselves as they go:
 *
 * 1. `\boxed{…}`: written for graders and nothing else. One that was cut off does not count.
 * 2. `#### x` at the start of a line, as GSM8K's solutions end.
 * 3. "The answer is x", "Final answer: x", "ANSWER: x", and "A: x" at the start of a line: meant for readers, and prose
 *    may hold the words without stating anything.
 * 4. The last number, with the formula that it ends: "the area is $12\pi$" gives 12\pi. Most right solutions end with it,
 *    and many wrong ones too, so it comes last.
 *
 * GSM8K's calculator marks (`<<3*4=12>>`) are ignored.
 */
export function extractAnswer(text: string): string | null {
  const said = withoutMarks(text.slice(-MAX_LENGTH));
  return lastBoxed(said) ?? hashed(said) ?? lastStated(said) ?? lastNumber(said);
}

/** What stands in the last `\boxed` (or `\fbox`) that is closed and not empty. */
export function lastBoxed(text: string): string | null {
  const boxes = [...text.matchAll(/\\f?box(?:ed)?(?![a-zA-Z])\s{0,3}/g)];
  for (const found of boxes.slice(-MAX_TRIED).reverse()) {
    const start = found.index + found[0].length;
    const end = text[start] === '{' ? closingBrace(text, start) : -1;
    const inner =
      end < 0 ? /^[^\s{}$.,]+/.exec(text.slice(start, start + 40))?.[0] : text.slice(start + 1, end);
    if (inner !== undefined && inner.trim() !== '') return inner.trim();
  }
  return null;
}

function hashed(text: string): string | null {
  const found = hashAnswer(text);
  return found === null ? null : stated(found);
}

const MARKERS: readonly RegExp[] = [
  /\banswers?(?:\s+(?:to|for|of)\s[^.\n:]{0,80}?)?[*_\s]{0,8}(?:\s(?:is|are|was|would be)\b|[:=：])/gi,
  /^[ \t*_]*A:/gm,
  /^[ \t*_#]*final answer[*_]*[ \t]*$/gim,
];

function lastStated(text: string): string | null {
  const ends = MARKERS.flatMap((marker) =>
    [...text.matchAll(marker)].map((found) => found.index + found[0].length),
  ).sort((one, other) => other - one);
  // A marker with nothing behind it, or with no answer, states nothing. Many such are no answer's.
  for (const end of ends.slice(0, MAX_TRIED)) {
    const found = stated(text.slice(end, end + MAX_STATED));
    if (found !== null) return found;
  }
  return null;
}

const FORMULA =
  /^[^$\\\d]{0,60}?(?:\$\$([^$]+)\$\$|\$(?![\s\d.,]*\s)([^$\n]+)(?<!\s)\$(?!\d)|\\\((.+?)\\\)|\\\[(.+?)\\\])/s;

/** The answer at the start of what follows a marker: a formula, a choice, a number with its unit, or words. */
function stated(text: string): string | null {
  const rest = text.replace(/^[\s:*_]+/, '');
  const formula = FORMULA.exec(rest)
    ?.slice(1)
    .find((group) => group !== undefined);
  if (formula !== undefined) return formula.trim();
  const sentence = (/^.*?(?=[.!?;]?\s*$|[.!?;]["*_)]*\s)/m.exec(rest)?.[0] ?? '')
    .replace(/[*_\s]+$/, '')
    .trim();
  if (sentence === '' || sentence.includes('\\boxed')) return null;
  const [, choice, option = choice] =
    /^(?:(?:option|choice) )?(?:\(([A-Z])\)|(?<= )([A-Z])\b)/.exec(sentence) ?? [];
  if (option !== undefined) return option;
  const [claim = sentence] = sentence.split(/,?\s(?:because|since|as)\s/);
  // Of "5 + 3 = 8" the end; "x = 2, y = 3" is whole.
  const result = claim.includes(',') ? claim : (claim.split('=').at(-1)?.trim() ?? claim);
  return quantity(result) ?? quantity(claim) ?? claim;
}

const NUMBER = String.raw`[-+−]?\s?[$€£]?\s?-?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s?\/\s?\d+)?`;
const LEADING = new RegExp(String.raw`^(${NUMBER})(\s*%|\s+[a-zA-Z][a-zA-Z\s-]*)?(?=\s*(?:$|[,(]))`);
const AFTER_WORDS = new RegExp(
  String.raw`^(?:[a-zA-Z][a-zA-Z'’-]+\s+|a\s+)+(${NUMBER}(?:\s*%)?)(?=$|[\s,.)])`,
);

/** A number at the start of a sentence, with the words behind it, or behind its first words; null where there is none. */
function quantity(sentence: string): string | null {
  const [, number, words = ''] = LEADING.exec(sentence) ?? [];
  if (number !== undefined) return `${number}${words}`.replace(/,$/, '').trim();
  const after = AFTER_WORDS.exec(sentence)?.[1];
  return after === undefined ? null : after.replace(/,$/, '').trim();
}
