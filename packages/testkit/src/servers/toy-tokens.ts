/** A tokenizer of whole words, for servers that take and give token ids. Ids are given out as words are met. */
export interface ToyTokens {
  encode(text: string): number[];
  /** Throws for an id that was never given out. */
  decode(ids: readonly number[]): string;
}

export function createToyTokens(): ToyTokens {
  const words: string[] = [];
  return {
    encode: (text) =>
      (text.match(/\s*\S+|\s+$/g) ?? []).map((word) => {
        const known = words.indexOf(word);
        return known >= 0 ? known : words.push(word) - 1;
      }),
    decode: (ids) =>
      ids
        .map((id) => {
          const word = words[id];
          if (word === undefined) throw new RangeError(`No token ${id}.`);
          return word;
        })
        .join(''),
  };
}
