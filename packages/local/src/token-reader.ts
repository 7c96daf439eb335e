import type { LlamaModel, Token } from 'node-llama-cpp';

/** Tokens after which bytes that make no character are given up as they stand. */
const LONGEST_CHARACTER = 4;

/** Turns tokens into text as they come. A token may hold part of a character: that is held back until it is whole. */
export interface TokenReader {
  /** The text that has become certain with this token, perhaps ''. */
  push(token: Token): string;
  /** What is held back at the end, as far as it can be read. */
  flush(): string;
}

/** @param before - The tokens that stand before the first one, which some tokenizers look at. */
export function createTokenReader(model: LlamaModel, before: readonly Token[]): TokenReader {
  const last = before.slice(-LONGEST_CHARACTER);
  let pending: Token[] = [];
  let given = 0;
  let waited = 0;

  function give(text: string): string {
    const fresh = text.slice(given);
    given = text.length;
    return fresh;
  }

  function startAfresh() {
    last.push(...pending);
    last.splice(0, last.length - LONGEST_CHARACTER);
    pending = [];
    given = 0;
    waited = 0;
  }

  return {
    push(token) {
      pending.push(token);
      const text = model.detokenize(pending, false, last);
      const certain = text.replace(/\uFFFD+$/, '');
      if (certain.length > given) waited = 0;
      waited += 1;
      const whole = certain.length === text.length || waited > LONGEST_CHARACTER;
      const fresh = give(whole ? text : certain);
      if (whole) startAfresh();
      return fresh;
    },
    flush() {
      const fresh = give(model.detokenize(pending, false, last));
      startAfresh();
      return fresh;
    },
  };
}
