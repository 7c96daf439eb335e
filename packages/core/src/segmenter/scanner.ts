import {
  Char,
  type CharClass,
  classOf,
  isBullet,
  isEastAsian,
  isPlainStop,
  isWordPart,
} from './char-class.ts';
import {
  addTerminator,
  beginEnding,
  type Ending,
  ellipsisBegins,
  endingInMaths,
  isLocalStop,
  isSpacedDot,
  isSuperscript,
  referenceLength,
} from './ending.ts';
import { Fence } from './fence.ts';
import type { HeldText } from './held-text.ts';
import { isFence, type LineStart, readLineStart } from './line-start.ts';
import { readMaths } from './maths.ts';
import { lineBreakEnds } from './newline.ts';
import { OpenSpans } from './open-spans.ts';
import type { Segment, SegmentKind } from './segment.ts';
import { endsSentence, endsUnspaced } from './sentence-end.ts';

const newline = 0x0a;
const afterMaths = new Set([...'.,;:!?)。，；'].map((sign) => sign.charCodeAt(0)));
const emphasis = new Set([...'*_~"\''].map((sign) => sign.charCodeAt(0)));
const kinds: Readonly<Record<LineStart['type'], SegmentKind>> = {
  text: 'prose',
  'empty-quote': 'prose',
  'list-item': 'list-item',
  heading: 'heading',
  rule: 'heading',
  table: 'table',
  fence: 'code',
  math: 'math',
};

/**
 * Walks over the held text once, one character after the other, and cuts it. Every decision is a function of the text
 * up to a bounded look-ahead; when that has not arrived yet, the walk stops before changing anything and is resumed
 * with more text.
 */
export class Scanner {
  readonly #held: HeldText;
  readonly #spans = new OpenSpans();
  #out: Segment[] = [];
  /** The next character to look at. */
  #at = 0;
  /** Where the segment's own text begins (after its leading whitespace), or -1 before it has any. */
  #content = -1;
  /** Where the segment's text ends if only whitespace follows. */
  #contentEnd = 0;
  /** Line breaks since the last character that was not whitespace. */
  #breaks = 0;
  #atLineStart = true;
  #lineStart = 0;
  #line: LineStart = { type: 'text', content: 0 };
  #kind: SegmentKind = 'prose';
  #ending: Ending | null = null;
  #fence: Fence | null = null;
  /** What closes the display maths that is open; '' outside. */
  #mathsCloser = '';
  /** Display maths has just been closed: the segment ends at the next word. */
  #mathsClosed = false;
  /** The current segment goes on from one that was cut at the bound. */
  #continued = false;

  constructor(held: HeldText) {
    this.#held = held;
  }

  /** Goes as far as the text allows; gives the segments completed. */
  run(): Segment[] {
    const held = this.#held;
    for (;;) {
      if (this.#at >= held.limit) {
        this.#cutAtBound();
        continue;
      }
      held.starved = false;
      const unit = held.unit(this.#at);
      if (unit === -1 || !this.#step(unit)) break;
    }
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** Gives what is left when the text has ended and `run` has seen all of it. */
  finish(): Segment[] {
    const held = this.#held;
    if (this.#content >= 0) {
      this.#nameBoldHeading();
      this.#cut(this.#contentEnd);
    }
    if (held.end > held.start) this.#out.push({ text: held.take(held.end), kind: 'prose' });
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** Forgets what is undecided: a segment begins where the text seen so far ends. */
  beginHere(): void {
    this.#at = this.#held.end;
    this.#contentEnd = this.#at;
    this.#cut(this.#at);
    this.#out = [];
  }

  /** Takes one character, or some that belong together. False: more text is needed. */
  #step(unit: number): boolean {
    if (this.#fence) return this.#inFence(this.#fence, unit);
    const found = classOf(unit);
    if (found === Char.space) return this.#space(unit);
    if (this.#mathsCloser !== '') return this.#inMaths();
    if (this.#atLineStart) return this.#openLine(unit);
    const plain = isWordPart(found) && this.#content >= 0 && this.#ending === null && !this.#mathsClosed;
    if (plain || this.#kind === 'table' || this.#kind === 'heading') {
      this.#take(1);
      return true;
    }
    // `1. ```sh`: a fence that begins on its list item's line.
    const fenced =
      this.#line.type === 'list-item' &&
      this.#contentEnd === this.#line.content &&
      isFence(this.#held, this.#at);
    const cut = !fenced && this.#endsBefore(unit, found);
    if (this.#held.starved) return false;
    if (fenced) {
      this.#kind = 'code';
      this.#fence = new Fence(unit);
      this.#take(3);
      return true;
    }
    return cut ? this.#cutHere() : this.#word(unit, found);
  }

  /** Cuts before the character here, which is then looked at again: as a beginning, and by the new segment's bound. */
  #cutHere(): true {
    this.#cut(this.#contentEnd);
    return true;
  }

  #take(length: number): void {
    if (this.#content < 0) this.#content = this.#at;
    this.#at += length;
    this.#contentEnd = this.#at;
    this.#breaks = 0;
  }

  #space(unit: number): boolean {
    if (unit === newline) this.#endLine();
    this.#at++;
    return true;
  }

  #endLine(): void {
    this.#breaks++;
    if (this.#content >= 0 && this.#endsAtLineEnd()) this.#cut(this.#contentEnd);
    // An unfinished formula is given up at a blank line, which none may hold.
    if (this.#breaks > 1 && !this.#mathsCloser.startsWith('\\end')) this.#mathsCloser = '';
    if (this.#mathsCloser !== '') return;
    this.#atLineStart = true;
    this.#spans.endLine();
  }

  #endsAtLineEnd(): boolean {
    if (this.#mathsCloser !== '') return this.#breaks > 1 && !this.#mathsCloser.startsWith('\\end');
    if (
      this.#breaks > 1 ||
      this.#mathsClosed ||
      this.#line.type === 'heading' ||
      this.#line.type === 'rule'
    ) {
      return true;
    }
    return this.#nameBoldHeading();
  }

  /** A line that is nothing but bold text, and no full sentence, is a heading. */
  #nameBoldHeading(): boolean {
    const held = this.#held;
    const { boldMarks } = this.#spans;
    if (this.#line.type !== 'text' || this.#content !== this.#line.content || boldMarks !== 2) return false;
    if (held.unit(this.#content) !== 0x2a || held.unit(this.#content + 1) !== 0x2a) return false;
    let end = this.#contentEnd;
    if (held.unit(end - 1) === 0x3a) end--;
    if (held.unit(end - 1) !== 0x2a || held.unit(end - 2) !== 0x2a || held.unit(end - 3) === 0x2e)
      return false;
    this.#kind = 'heading';
    return true;
  }

  #openLine(unit: number): boolean {
    const held = this.#held;
    // Inside a formula that reaches over lines, nothing begins.
    const line: LineStart =
      this.#spans.verbatim && this.#spans.blocks(this.#at)
        ? { type: 'text', content: this.#at }
        : readLineStart(held, this.#at);
    if (held.starved) return false;
    if (this.#content >= 0) {
      const underlines = this.#underlines(line);
      const cut = !underlines && this.#endsBeforeLine(line, unit);
      if (held.starved) return false;
      if (cut) return this.#cutHere();
      if (underlines) this.#kind = 'heading';
    }
    this.#atLineStart = false;
    this.#line = line;
    this.#lineStart = this.#at;
    this.#ending = null;
    if (this.#content < 0 && !(this.#continued && line.type === 'text')) this.#kind = kinds[line.type];
    this.#continued = false;
    if (line.content > this.#at) this.#take(line.content - this.#at);
    else this.#breaks = 0;
    if (line.type === 'fence') this.#fence = new Fence(line.mark ?? 0);
    else if (line.closer !== undefined) this.#mathsCloser = line.closer;
    return true;
  }

  /** A rule directly under one line of text makes it a heading. */
  #underlines(line: LineStart): boolean {
    return (
      line.type === 'rule' &&
      this.#kind === 'prose' &&
      this.#line.type === 'text' &&
      this.#content === this.#lineStart &&
      this.#breaks === 1
    );
  }

  #endsBeforeLine(line: LineStart, unit: number): boolean {
    const held = this.#held;
    if (line.type === 'table') return this.#line.type !== 'table';
    if (this.#line.type === 'empty-quote' && line.type !== 'empty-quote') return false;
    if (line.type !== 'text' || this.#line.type === 'table') return true;
    if (this.#spans.verbatim) return false;
    const next = line.content > this.#at ? held.unit(line.content) : unit;
    if (this.#ending && endsSentence(held, this.#ending, this.#content, line.content)) return true;
    const last = held.unit(this.#contentEnd - 1);
    return lineBreakEnds({ last, length: this.#contentEnd - this.#lineStart, next });
  }

  /** Whether a sentence has ended before the character here, which is neither whitespace nor first on its line. */
  #endsBefore(unit: number, found: CharClass): boolean {
    const held = this.#held;
    const apart = this.#at > this.#contentEnd;
    if (this.#content < 0) return false;
    if (this.#mathsClosed) return !afterMaths.has(unit);
    // `• one • two`: a list written on one line.
    if (apart && isBullet(unit) && held.unit(this.#content) === unit) return true;
    const ending = this.#ending;
    if (!ending || this.#extends(unit, found, apart)) return false;
    if (this.#spans.blocks(this.#at)) return false;
    if (apart) {
      if (isSpacedDot(this.#held, this.#at)) return ending.dots === 1 && this.#ellipsisBegins;
      return endsSentence(held, ending, this.#content, this.#at);
    }
    if (found === Char.low) return false;
    // 「…。」と言った: a particle or a comma after a closed quotation goes on with the sentence around it.
    if (ending.closed && ((unit >= 0x3041 && unit <= 0x309f) || unit === 0x3001 || unit === 0xff0c))
      return false;
    if (ending.wide) return found !== Char.digit || held.unit(ending.at) !== 0xff0e;
    if (found === Char.upper) return endsUnspaced(held, ending, this.#at);
    return isEastAsian(held.unit(ending.at - 1)) && isEastAsian(unit);
  }

  /** Whether the character belongs to the ending before it: more terminators, closing marks, a pictograph. */
  #extends(unit: number, found: CharClass, apart: boolean): boolean {
    if (found === Char.emoji) return true;
    if (this.#spans.closedBy(unit)) return true;
    if (unit === 0x5b) return referenceLength(this.#held, this.#at) > 0;
    if (apart)
      return (
        unit === 0x21 ||
        unit === 0x3f ||
        (unit === 0x2e && isSpacedDot(this.#held, this.#at) && !this.#ellipsisBegins)
      );
    if (found === Char.low || found === Char.stop || found === Char.close) return true;
    // 「…。"Next」: no quotation is open, so this mark opens one.
    if (unit === 0x22 && this.#ending?.wide === true) return false;
    return isPlainStop(unit) || emphasis.has(unit) || isSuperscript(unit) || unit === 0x3a;
  }

  get #ellipsisBegins(): boolean {
    return this.#ending !== null && ellipsisBegins(this.#held, this.#ending, this.#contentEnd, this.#at);
  }

  #word(unit: number, found: CharClass): boolean {
    const held = this.#held;
    const before = held.unit(this.#at - 1);
    const apart = this.#at > this.#contentEnd;
    const inside = this.#spans.verbatim;
    const ending = this.#ending;
    const goesOn = ending !== null && this.#extends(unit, found, apart);
    const reference = goesOn && unit === 0x5b ? referenceLength(held, this.#at) : 0;
    const length = reference > 0 ? reference : this.#spans.read(held, this.#at, unit);
    if (held.starved) return false;
    if (this.#content < 0 && !this.#continued) this.#kind = kinds[this.#line.type];
    this.#continued = false;
    const stops = found === Char.stop || isPlainStop(unit) || isLocalStop(unit, before);
    if (this.#spans.verbatim) this.#ending = null;
    else if (inside) this.#ending = endingInMaths(this.#at, unit, before);
    else if (!goesOn) this.#ending = stops ? beginEnding(this.#at, unit, found) : null;
    else if (stops) addTerminator(ending, unit, found);
    else if (found === Char.close || unit === 0x22) ending.closed = true;
    this.#take(length);
    return true;
  }

  #inFence(fence: Fence, unit: number): boolean {
    const state = fence.read(unit);
    if (state !== 'open') this.#fence = null;
    if (state === 'inline') {
      if (this.#kind === 'code') this.#kind = 'prose';
      this.#line = { type: 'text', content: this.#line.content };
    }
    // After a closed fence from before `beginHere`, nothing has been said yet.
    if (state === 'closed' && this.#content >= 0) this.#cut(this.#contentEnd);
    if (state !== 'open') return true;
    if (classOf(unit) === Char.space) this.#at++;
    else this.#take(1);
    return true;
  }

  #inMaths(): boolean {
    const { length, closed } = readMaths(this.#held, this.#at, this.#mathsCloser);
    if (this.#held.starved) return false;
    this.#take(length);
    if (closed) {
      this.#mathsCloser = '';
      this.#mathsClosed = true;
    }
    return true;
  }

  #cut(end: number, partial = false): void {
    const held = this.#held;
    const segment: Segment = { text: held.take(end), kind: this.#content < 0 ? 'prose' : this.#kind };
    if (partial) segment.partial = true;
    this.#out.push(segment);
    this.#content = -1;
    this.#ending = null;
    this.#continued = partial;
    // What follows display maths on its line is text.
    if (this.#mathsClosed) this.#line = { type: 'text', content: -1 };
    this.#mathsClosed = false;
    this.#spans.reset();
  }

  /** Cuts a segment that has reached the bound: at its last line break, else at whitespace, else between characters. */
  #cutAtBound(): void {
    const held = this.#held;
    const from = Math.max(this.#content, held.start);
    let end = -1;
    for (let at = held.limit - 1; at > from; at--) {
      if (classOf(held.unit(at)) !== Char.space) continue;
      const isBreak = held.unit(at) === newline;
      if (end === -1 || isBreak) end = at;
      if (isBreak) break;
    }
    if (end === -1 || this.#content < 0) {
      end = held.limit;
      const last = held.unit(end - 1);
      if (last >= 0xd800 && last <= 0xdbff && end - 1 > held.start) end--;
    } else {
      while (end > from && classOf(held.unit(end - 1)) === Char.space) end--;
    }
    const ending = this.#ending;
    this.#cut(end, true);
    if (ending && ending.at >= end) this.#ending = ending;
    this.#continueAt(end);
  }

  /** After a cut at the bound: what was already looked at and belongs to the next segment is not looked at again. */
  #continueAt(end: number): void {
    let content = end;
    while (content < this.#at && classOf(this.#held.unit(content)) === Char.space) content++;
    if (content < this.#at) this.#content = content;
    if (this.#lineStart >= end && this.#line.type !== 'text') this.#kind = kinds[this.#line.type];
    this.#contentEnd = Math.max(this.#contentEnd, end);
  }
}
