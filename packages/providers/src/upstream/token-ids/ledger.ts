/** A stretch of the answer: the text of some tokens with their ids, or text that no token is known of. */
export interface Piece {
  text: string;
  /** Absent for text that was put in place of what the model wrote. */
  ids?: readonly number[];
}

/** What is known of an answer's tokens. */
export interface TokenLedger {
  /** The answer so far. */
  readonly pieces: readonly Piece[];
  /**
   * Cuts the answer down to `prefix`, to continue from, and gives its pieces: those of the answer so far as long as they are wholly in it, and one of
   * text for the rest. Their texts, joined, are `prefix`. What the model writes next is added behind them.
   */
  continueFrom(prefix: string): readonly Piece[];
  /** Adds what the model wrote: a text, often '', and the ids of the tokens that came with it. */
  wrote(text: string, ids: readonly number[]): void;
  /** Tells the ids of a piece of text that the server tokenised. */
  learn(piece: Piece, ids: readonly number[]): void;
}

/**
 * Creates the ledger of one answer. Ids are kept for every stretch of text that was kept, so a restart finds the server's
 * cache as it was left; only what was rewritten has none.
 */
export function createTokenLedger(): TokenLedger {
  let pieces: Piece[] = [];
  /** Ids that came before the text they belong to: a character can take several tokens. */
  let early: number[] = [];
  return {
    get pieces() {
      return pieces;
    },
    continueFrom(prefix) {
      early = [];
      const kept: Piece[] = [];
      let length = 0;
      for (const piece of pieces) {
        if (!prefix.startsWith(piece.text, length)) break;
        kept.push(piece);
        length += piece.text.length;
      }
      const rest = prefix.slice(length);
      pieces = rest === '' ? kept : [...kept, { text: rest }];
      return pieces;
    },
    wrote(text, ids) {
      early.push(...ids);
      if (text === '') return;
      // Text without tokens is text that the server held back before; it belongs to those that came with the last piece.
      pieces.push(early.length === 0 ? { text } : { text, ids: early });
      early = [];
    },
    learn(piece, ids) {
      const at = pieces.indexOf(piece);
      if (at >= 0) pieces[at] = { text: piece.text, ids };
    },
  };
}
