const startCapacity = 1024;

/**
 * The text not yet given out, readable by position. Positions count from the start of the input and never move. A read
 * gives -1 past the end; `starved` then says that the answer may change with more text, so that whoever asked throws
 * away what it concluded and asks again later. This keeps every rule a plain function of the text.
 */
export class HeldText {
  /** Where the current segment begins. Nothing before it can be read. */
  start = 0;
  /** No rule sees text from here on, so that what is held stays bounded however the text arrives. */
  limit: number;
  /** Set by a read past the text that has arrived, while more may come. */
  starved = false;
  /** No more text will come. */
  ended = false;
  readonly #maxLength: number;
  #units = new Uint16Array(startCapacity);
  #base = 0;
  #end = 0;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
    this.limit = maxLength;
  }

  /** Where the text that has arrived ends. */
  get end(): number {
    return this.#end;
  }

  /** The code unit at a position, or -1 before the segment, past the limit, or past what has arrived. */
  unit(position: number): number {
    if (position >= this.limit || position < this.start) return -1;
    if (position >= this.#end) {
      if (!this.ended) this.starved = true;
      return -1;
    }
    return this.#units[position - this.#base] ?? -1;
  }

  append(text: string): void {
    this.#makeRoom(text.length);
    const offset = this.#end - this.#base;
    for (let i = 0; i < text.length; i++) this.#units[offset + i] = text.charCodeAt(i);
    this.#end += text.length;
  }

  /** Gives the text from the segment's start to `end`, where the next segment begins. */
  take(end: number): string {
    const text = this.slice(this.start, end);
    this.start = end;
    this.limit = end + this.#maxLength;
    return text;
  }

  slice(from: number, to: number): string {
    let text = '';
    // In pieces: one call takes only so many arguments.
    for (let at = from; at < to; at += 4096) {
      const piece = this.#units.subarray(at - this.#base, Math.min(at + 4096, to) - this.#base);
      text += Reflect.apply(String.fromCharCode, null, piece);
    }
    return text;
  }

  #makeRoom(length: number): void {
    if (this.#end - this.#base + length <= this.#units.length) return;
    const held = this.#units.subarray(this.start - this.#base, this.#end - this.#base);
    const needed = held.length + length;
    // Twice what is needed, so that moving costs a constant per code unit.
    const units =
      needed * 2 <= this.#units.length ? this.#units : new Uint16Array(Math.max(needed * 2, startCapacity));
    units.set(held);
    this.#units = units;
    this.#base = this.start;
  }
}
