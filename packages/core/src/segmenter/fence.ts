import { Char, classOf } from './char-class.ts';

const newline = 0x0a;
const quoteSign = 0x3e;

/**
 * Follows the inside of a code fence, one character at a time, and tells at a line's end whether that line closed it.
 * It is fed from after the first three marks of the opening line.
 */
export class Fence {
  readonly #mark: number;
  #length = 3;
  #run = 0;
  #line: 'opening' | 'info' | 'start' | 'run' | 'after' | 'text' = 'opening';
  #inline = false;

  constructor(mark: number) {
    this.#mark = mark;
  }

  /** Takes a character. `closed`: the line that ends here closed the fence; `inline`: it never was one. */
  read(unit: number): 'open' | 'closed' | 'inline' {
    if (unit === newline) return this.#endLine();
    switch (this.#line) {
      case 'opening':
        if (unit === this.#mark) this.#length++;
        else this.#line = 'info';
        break;
      case 'info':
        // A backtick in the rest of the line makes it inline code (CommonMark 4.5).
        if (unit === this.#mark && unit === 0x60) this.#inline = true;
        break;
      case 'start':
        if (unit === this.#mark) {
          this.#line = 'run';
          this.#run = 1;
        } else if (classOf(unit) !== Char.space && unit !== quoteSign) this.#line = 'text';
        break;
      case 'run':
        if (unit === this.#mark) this.#run++;
        else this.#line = classOf(unit) === Char.space ? 'after' : 'text';
        break;
      case 'after':
        if (classOf(unit) !== Char.space) this.#line = 'text';
        break;
      default:
    }
    return 'open';
  }

  /** The line read last closes the fence if nothing more stands on it. */
  get #closing(): boolean {
    return (this.#line === 'run' || this.#line === 'after') && this.#run >= this.#length;
  }

  #endLine(): 'open' | 'closed' | 'inline' {
    if (this.#inline && this.#line === 'info') return 'inline';
    const closed = this.#closing;
    this.#line = 'start';
    return closed ? 'closed' : 'open';
  }
}
