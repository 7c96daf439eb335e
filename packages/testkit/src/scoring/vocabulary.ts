/** Begins every sequence, as many models want it. */
export const BOS = 256;
/** Begins a turn of a conversation. */
export const TURN = 257;
/** Ends a turn, and with it the model's reply. */
export const END = 258;

const SPECIAL: Readonly<Record<string, number>> = {
  '<|bos|>': BOS,
  '<|im_start|>': TURN,
  '<|im_end|>': END,
};

/**
 * Pieces longer than a byte. `\nQ` merges what ends a generation prompt with what may begin a sentence; the two halves of
 * a face are no characters by themselves.
 */
const PIECES = [
  ...' the| a| is| it| of| and| to| was|ing|ed| re|ver|ent|The|It|is|in|on| not| so|er|, |. |.\n|\n\n|\nQ|##|<\\|'.split(
    '|',
  ),
  '<\\|',
  bytesOf('é'),
  bytesOf('🙂').slice(0, 2),
  bytesOf('🙂').slice(2),
].filter((piece, index, all) => piece.length > 1 && all.indexOf(piece) === index);

const FIRST_PIECE = 259;
/** How many token ids there are. */
export const VOCABULARY_SIZE = FIRST_PIECE + PIECES.length;

const LONGEST_FIRST = PIECES.map((piece, index) => ({ piece, id: FIRST_PIECE + index })).sort(
  (a, b) => b.piece.length - a.piece.length,
);

/** A text's UTF-8 bytes, one character each. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The id that a text's bytes begin with. */
export function firstId(bytes: string): number {
  return LONGEST_FIRST.find(({ piece }) => bytes.startsWith(piece))?.id ?? bytes.charCodeAt(0);
}

/** Tokenises: the names of special tokens become these tokens wherever they stand, as in real chat servers. */
export function encode(text: string): number[] {
  return text.split(/(<\|bos\|>|<\|im_start\|>|<\|im_end\|>)/).flatMap((part) => {
    const special = SPECIAL[part];
    return special === undefined ? encodeBytes(bytesOf(part)) : [special];
  });
}

function encodeBytes(bytes: string): number[] {
  const ids: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const id = firstId(bytes.slice(at, at + 8));
    ids.push(id);
    at += pieceOf(id).length;
  }
  return ids;
}

/** A token's bytes; none for a special token. */
export function pieceOf(id: number): string {
  if (id < 256) return String.fromCharCode(id);
  return PIECES[id - FIRST_PIECE] ?? '';
}

/** The bytes of ids, special tokens left out. */
export function piecesOf(ids: readonly number[]): string {
  return ids.map(pieceOf).join('');
}

/** The text of ids; bytes that are no character become U+FFFD. Special tokens are left out unless `special` is true. */
export function decode(ids: readonly number[], { special = false } = {}): string {
  const names = Object.entries(SPECIAL);
  const bytes = ids.map((id) => {
    const name = special ? names.find(([, value]) => value === id)?.[0] : undefined;
    return name ?? pieceOf(id);
  });
  return Buffer.from(bytes.join(''), 'latin1').toString('utf8');
}
