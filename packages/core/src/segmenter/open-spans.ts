import { Char, classOf, isLetter, isPlainStop, isWordPart } from './char-class.ts';
import type { HeldText } from './held-text.ts';

/** After this many code units an unclosed span is taken for a stray character and no longer keeps sentences together. */
const longestSpan = 400;

const backtick = 0x60;
const star = 0x2a;
const dollar = 0x24;
const backslash = 0x5c;
const straightQuote = 0x22;
/** Quotation marks that open, each with what closes it. */
const quotes = new Map([
  [0x201c, 0x201d], // “ ”
  [0x201e, 0x201c], // „ “
  [0xab, 0xbb], // « »
  [0xbb, 0xab], // » «
]);
const mathsEvidence = new Set([...'\\^_{=<>'].map((char) => char.charCodeAt(0)));

/** Follows what is open inside running text: no sentence ends within brackets, quotes, bold, inline code or maths. */
export class OpenSpans {
  #code = 0;
  #maths: '' | '$' | '$$' | '\\)' | '\\]' | 'price' = '';
  /** How many `\begin{…}` wait for their `\end{…}`. */
  #environments = 0;
  #brackets = 0;
  #quote = 0;
  #bold = false;
  #since = 0;
  /** How many times `**` was seen on this line. */
  boldMarks = 0;

  reset(): void {
    this.#code = 0;
    this.#maths = '';
    this.#environments = 0;
    this.#brackets = 0;
    this.#quote = 0;
    this.#bold = false;
  }

  /** Marks that never reach over a line's end are forgotten there. */
  endLine(): void {
    this.#code = 0;
    this.#bold = false;
    this.boldMarks = 0;
    if (this.#maths === 'price' || this.#maths === '$') this.#maths = '';
  }

  /** True inside inline code and maths, whose characters mean nothing here. */
  get verbatim(): boolean {
    return this.#code > 0 || this.#environments > 0 || (this.#maths !== '' && this.#maths !== 'price');
  }

  /** True when a sentence ending at `position` would cut something open. */
  blocks(position: number): boolean {
    if (!this.#any) return false;
    if (position - this.#since <= longestSpan) return true;
    this.reset();
    return false;
  }

  /** True if `unit` closes what is open. */
  closedBy(unit: number): boolean {
    if (this.#quote !== 0 && unit === this.#quote) return true;
    return this.#brackets > 0 && classOf(unit) === Char.close && !isCloseQuote(unit);
  }

  get #any(): boolean {
    return this.verbatim || this.#brackets > 0 || this.#quote !== 0 || this.#bold;
  }

  /** Takes the character at `position`; gives how many code units belong together. Asks `held` for the next few. */
  read(held: HeldText, position: number, unit: number): number {
    if (isWordPart(classOf(unit))) return 1;
    const before = this.#any;
    const length = this.#read(held, position, unit);
    if (!before && !held.starved && this.#any) this.#since = position;
    return length;
  }

  #read(held: HeldText, position: number, unit: number): number {
    if (unit === backtick && (this.#maths === '' || this.#maths === 'price'))
      return this.#tick(held, position);
    if (this.#code > 0) return 1;
    if (unit === dollar && this.#environments === 0) return this.#dollar(held, position);
    if (unit === backslash) return this.#escape(held, position);
    if (this.verbatim) return 1;
    if (this.#maths === 'price' && mathsEvidence.has(unit)) this.#maths = '$';
    if (unit === star) return this.#star(held, position);
    this.#pair(held, position, unit);
    return 1;
  }

  #tick(held: HeldText, position: number): number {
    let length = 1;
    while (length < 16 && held.unit(position + length) === backtick) length++;
    const next = held.unit(position + length);
    if (held.starved) return length;
    // Armenian writes a lone backtick after a word.
    const stray = isLetter(held.unit(position - 1)) && classOf(next) === Char.space;
    if (this.#code === 0) this.#code = stray ? 0 : length;
    else if (this.#code === length) this.#code = 0;
    return length;
  }

  #dollar(held: HeldText, position: number): number {
    const next = held.unit(position + 1);
    if (held.starved) return 1;
    if (next === dollar) {
      const third = held.unit(position + 2);
      if (held.starved) return 1;
      // `$$$` is slang for money.
      if (third === dollar && this.#maths === '') return 3;
      this.#maths = this.#maths === '$$' ? '' : '$$';
      return 2;
    }
    if (this.#maths === '$') this.#maths = '';
    else if (this.#maths === '' || this.#maths === 'price') {
      // A dollar before a digit is a price until something in it looks like a formula.
      if (classOf(next) === Char.digit) this.#maths = this.#maths === 'price' ? '' : 'price';
      else if (this.#maths === 'price') this.#maths = '';
      else if (classOf(next) !== Char.space && !isLetter(held.unit(position - 1))) this.#maths = '$';
    }
    return 1;
  }

  #escape(held: HeldText, position: number): number {
    const next = held.unit(position + 1);
    if (held.starved) return 1;
    if (next === 0x62 || next === 0x65) {
      const begins = spells(held, position + 1, 'begin{');
      const ends = !begins && spells(held, position + 1, 'end{');
      if (held.starved) return 1;
      if (begins) this.#environments++;
      else if (ends && this.#environments > 0) this.#environments--;
    }
    if (this.#maths === 'price') this.#maths = '$';
    if (this.#maths === '' && next === 0x28) this.#maths = '\\)';
    else if (this.#maths === '' && next === 0x5b) this.#maths = '\\]';
    else if (this.#maths.startsWith('\\') && next === this.#maths.charCodeAt(1)) this.#maths = '';
    else return next === backslash || next === dollar || next === backtick || next === star ? 2 : 1;
    return 2;
  }

  #star(held: HeldText, position: number): number {
    if (held.unit(position + 1) !== star) return 1;
    const next = classOf(held.unit(position + 2));
    if (held.starved) return 1;
    if (this.#bold) this.#bold = false;
    else if (next !== Char.space) this.#bold = true;
    this.boldMarks++;
    return 2;
  }

  #pair(held: HeldText, position: number, unit: number): void {
    if (unit === straightQuote) {
      if (this.#quote === straightQuote) this.#quote = 0;
      else if (this.#quote === 0 && opensHere(held.unit(position - 1))) this.#quote = straightQuote;
      return;
    }
    if (this.#quote !== 0 && unit === this.#quote) {
      this.#quote = 0;
      return;
    }
    const closer = quotes.get(unit);
    if (closer !== undefined) {
      if (this.#quote === 0 && (unit !== 0xbb || opensHere(held.unit(position - 1)))) this.#quote = closer;
      return;
    }
    const found = classOf(unit);
    if (found === Char.open && isBracket(unit)) {
      // `:(` is a face.
      if (held.unit(position - 1) !== 0x3a) this.#brackets++;
    } else if (found === Char.close && !isCloseQuote(unit) && this.#brackets > 0) this.#brackets--;
  }
}

function spells(held: HeldText, position: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (held.unit(position + i) !== word.charCodeAt(i)) return false;
  return true;
}

/** Whether a mark that both opens and closes opens after `before`: not after a word in cased letters, or its stop. */
function opensHere(before: number): boolean {
  const found = classOf(before);
  const inWord = found === Char.lower || found === Char.upper || found === Char.digit || found === Char.close;
  return !inWord && !isPlainStop(before) && before !== 0x27 && before !== 0x2019;
}

function isCloseQuote(unit: number): boolean {
  return unit === 0x201d || unit === 0x2019 || unit === 0xbb || unit === 0x203a;
}

function isBracket(unit: number): boolean {
  return unit !== 0x2018 && unit !== 0x201a && unit !== 0x2039 && unit !== 0xa1 && unit !== 0xbf;
}
