import { Char, classOf, isBullet, isLetter } from './char-class.ts';
import type { Ending } from './ending.ts';
import type { HeldText } from './held-text.ts';
import { words } from './languages/index.ts';

const stop = 0x2e;
const longestToken = 24;
const longestWord = 20;
/** Signs that may begin a sentence besides letters and digits: code, maths, prices, mentions. */
const openingSigns = new Set([...'`$\\@#'].map((sign) => sign.charCodeAt(0)));
// `»` opens German quotations; where it closes, no letter follows.
const wrappers = new Set([...'*_~"\'»'].map((sign) => sign.charCodeAt(0)));
const dashes = new Set([0x2d, 0x2013, 0x2014]);
const nameParticles = new Set(['de', 'la', 'le', 'el', 'der', 'das', 'die', 'den', 'da', 'di', 'al']);
/** A sentence that opens with one of these needs more than a time of day: `At 5 a.m. Mr. Smith left.` */
const prepositions = new Set([
  'at',
  'in',
  'on',
  'by',
  'from',
  'until',
  'till',
  'before',
  'after',
  'around',
  'about',
  'since',
]);
const titles = new Set(['mr', 'mrs', 'ms', 'dr', 'prof', 'hr', 'fr', 'sr', 'sra']);

/**
 * Whether a sentence ends at `ending`, seen from `next`, the first character after the whitespace. `content` is where
 * the sentence's own text begins. The answer holds only if `held` was not starved by it.
 */
export function endsSentence(held: HeldText, ending: Ending, content: number, next: number): boolean {
  // Dots alone are no sentence, and neither is a list number.
  if (ending.at === content) return false;
  const begin = skipWrappers(held, next);
  const opening = readOpening(held, begin);
  if (opening === 'none') return false;
  if (ending.strong) return opening === 'upper' || !isFactorial(held, ending.at);
  const from = tokenStart(held, ending.at);
  const token = held.slice(from, ending.at).toLowerCase();
  if (
    ending.dots === 1 &&
    skipMarkers(held, content) >= from &&
    /^(?:\d{1,3}(?:\.\d{1,3})*|\p{L}|[ivx]{1,4})$/u.test(token)
  )
    return false;
  if (ending.closed) return true;
  // After an ellipsis the pronoun `I` proves nothing: it is always a capital.
  if (ending.dots > 1) return opening !== 'digit' && !isPronounI(held, begin);
  return !belongsToToken(held, { from, at: ending.at, text: token, content }, begin, opening);
}

/** The word before a full stop, in lower case, and where its segment's own text begins. */
interface Token {
  from: number;
  at: number;
  text: string;
  content: number;
}

/**
 * Whether a sentence ends at a lone full stop although no whitespace follows: `done.Then it`. Host names, files and code
 * look alike, so both sides must be plain words and the second one that often begins a sentence.
 */
export function endsUnspaced(held: HeldText, ending: Ending, next: number): boolean {
  if (ending.strong || ending.dots !== 1 || classOf(held.unit(next)) !== Char.upper) return false;
  const from = tokenStart(held, ending.at);
  const before = held.unit(from - 1);
  if (before !== -1 && before !== 0x2c && classOf(before) !== Char.space) return false;
  const token = held.slice(from, ending.at);
  if (/^\p{Ll}{4,}$/u.test(token) && !/[\p{Script=Latin}\p{Script=Armenian}]/u.test(token)) {
    return !words.never.has(token) && !words.numbered.has(token) && !words.either.has(token);
  }
  if (!/^(?:\p{Lu}?\p{Ll}{2,}|\d+)$/u.test(token)) return false;
  const word = readWord(held, next);
  const after = held.unit(next + word.length);
  if (after === stop) return titles.has(word);
  return classOf(after) === Char.space && word.length > 2 && words.starters.has(word);
}

type Opening = 'none' | 'upper' | 'uncased' | 'digit' | 'sign';

function skipWrappers(held: HeldText, next: number): number {
  let at = next;
  while (at - next < 6) {
    const unit = held.unit(at);
    if (!wrappers.has(unit) && classOf(unit) !== Char.open) break;
    at++;
    // French puts a space after the opening mark.
    if (unit === 0xab && classOf(held.unit(at)) === Char.space) at++;
  }
  return at;
}

/** Where a segment's words begin: after bullets, emphasis and opening brackets. */
function skipMarkers(held: HeldText, content: number): number {
  let at = content;
  while (at - content < 8) {
    const unit = held.unit(at);
    const found = classOf(unit);
    if (
      !wrappers.has(unit) &&
      found !== Char.open &&
      found !== Char.space &&
      !isBullet(unit) &&
      unit !== 0x2d
    )
      break;
    at++;
  }
  return at;
}

/** What kind of beginning the text at `at` could be; `none` where no sentence begins like that. */
function readOpening(held: HeldText, at: number): Opening {
  const unit = held.unit(at);
  switch (classOf(unit)) {
    case Char.upper:
      return 'upper';
    case Char.uncased:
      return 'uncased';
    case Char.digit:
      // `[1]` is a reference to what was said before.
      return held.unit(at - 1) === 0x5b ? 'none' : 'digit';
    case Char.emoji:
      return 'sign';
    default:
  }
  if (openingSigns.has(unit) || isBullet(unit)) return 'sign';
  if (unit === stop) return held.unit(at + 1) === stop ? 'sign' : 'none';
  if (unit === 0x2026) return 'sign';
  if (!dashes.has(unit)) return 'none';
  const after = classOf(held.unit(at + 1)) === Char.space ? held.unit(at + 2) : held.unit(at + 1);
  return classOf(after) === Char.upper ? 'sign' : 'none';
}

/** Whether a full stop is part of what it follows: an abbreviation, an initial, a number. */
function belongsToToken(held: HeldText, token: Token, next: number, opening: Opening): boolean {
  const { text, from, at } = token;
  if (text === '') return false;
  // In Armenian the full stop is a colon.
  if (/^[\u0531-\u0587]$/.test(text.at(-1) ?? '')) return true;
  if (/^\d+$/.test(text)) {
    return isLabel(held, from, token.content) || isOrdinal(held, text, from, next, opening);
  }
  const elided = text.split(/['’]/).at(-1) ?? text;
  if (words.never.has(text) || words.never.has(elided)) return true;
  if (words.numbered.has(text) && beginsNumber(held, next, opening)) return true;
  if (!mayEndSentence(text, held, from, at)) return false;
  if (opening !== 'upper') return opening !== 'sign' || !openingSigns.has(held.unit(next));
  const word = readWord(held, next);
  if (/^[ap]\.?m$/.test(text) && titles.has(word)) return prepositions.has(readWord(held, token.content));
  const isInitial = held.unit(next + word.length) === stop && word.length === 1;
  if (isInitial || (/^\p{L}$/u.test(text) && nameParticles.has(word))) return true;
  return !words.starters.has(word);
}

function tokenStart(held: HeldText, at: number): number {
  let from = at;
  while (at - from < longestToken) {
    const unit = held.unit(from - 1);
    if (!isLetter(unit) && classOf(unit) !== Char.digit && !isInner(unit)) break;
    from--;
  }
  // `-`, `.` and the like join letters but do not begin a token.
  while (from < at && isInner(held.unit(from))) from++;
  return from;
}

function isInner(unit: number): boolean {
  return unit === stop || unit === 0x2d || unit === 0x2f || unit === 0x27 || unit === 0x2019;
}

/** Tokens whose full stop proves little: known abbreviations, initials, acronyms, Roman numbers. */
function mayEndSentence(token: string, held: HeldText, from: number, at: number): boolean {
  // `5 °C.` is a unit, not an initial.
  if (held.unit(from - 1) === 0xb0) return false;
  if (words.either.has(token) || /^\p{L}\p{M}*$/u.test(token)) return true;
  if (/^\p{L}{1,2}(?:\.\p{L}{1,2})+$/u.test(token)) return true;
  return at - from >= 2 && /^[IVXLC]+$/.test(held.slice(from, at));
}

function beginsNumber(held: HeldText, next: number, opening: Opening): boolean {
  if (opening === 'digit') return true;
  return opening === 'upper' && /^(?:[ivxlc]+|\p{L})$/u.test(readWord(held, next)) && !isPronounI(held, next);
}

function isPronounI(held: HeldText, next: number): boolean {
  return held.unit(next) === 0x49 && classOf(held.unit(next + 1)) === Char.space;
}

/** `5!` in a formula. */
function isFactorial(held: HeldText, at: number): boolean {
  return held.unit(at) === 0x21 && classOf(held.unit(at - 1)) === Char.digit;
}

/** `Step 1.` at a segment's beginning names what follows. */
function isLabel(held: HeldText, from: number, content: number): boolean {
  const word = wordBefore(held, from);
  return word !== '' && skipMarkers(held, content) === from - 1 - word.length;
}

function isOrdinal(held: HeldText, token: string, from: number, next: number, opening: Opening): boolean {
  if (token.length > 2 || opening !== 'upper') return false;
  if (words.beforeOrdinal.has(wordBefore(held, from))) return true;
  return words.afterOrdinal.has(readWord(held, next));
}

function wordBefore(held: HeldText, from: number): string {
  if (held.unit(from - 1) !== 0x20) return '';
  const end = from - 1;
  let start = end;
  while (end - start < longestWord && isLetter(held.unit(start - 1))) start--;
  return held.slice(start, end).toLowerCase();
}

function readWord(held: HeldText, from: number): string {
  let end = from;
  while (end - from < longestWord && (isLetter(held.unit(end)) || held.unit(end) === 0x2019)) end++;
  const word = held.slice(from, end).toLowerCase();
  return word.split('’', 1)[0] ?? word;
}
