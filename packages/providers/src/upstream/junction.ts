import type { TextFilter } from './echo-stripper.ts';

/**
 * What a server does to the first whitespace of a continuation: `exact` servers write it as the model did; `trimmed`
 * ones lose it (SentencePiece models behind some servers), and it is put back.
 */
export type JunctionWhitespace = 'exact' | 'trimmed';

/**
 * Mends the place where a continuation joins its prefix. Whitespace at the end of `prefix` was not sent to the server
 * (many reject or trim it), so the server writes it again: here it is dropped. Whitespace that the server lost is added
 * when `whitespace` says that it loses it.
 */
export function createJunction(prefix: string, whitespace: JunctionWhitespace): TextFilter {
  const accepted = prefix.trimEnd();
  const owed = prefix.slice(accepted.length);
  let lead = '';
  let joined = accepted === '' || (owed === '' && whitespace === 'exact');
  return {
    push(text) {
      if (joined) return text;
      const body = text.trimStart();
      lead += text.slice(0, text.length - body.length);
      if (body === '') return '';
      joined = true;
      if (owed) return rest() + body;
      return (lead || missingJunction(accepted, body)) + body;
    },
    flush() {
      const released = joined ? '' : rest();
      joined = true;
      return released;
    },
  };

  function rest(): string {
    if (!owed) return lead;
    return lead.startsWith(owed) ? lead.slice(owed.length) : '';
  }
}

/** The whitespace that belongs between a sentence and what a trimming server wrote after it. */
function missingJunction(prefix: string, next: string): string {
  const lastLine = prefix.slice(prefix.lastIndexOf('\n') + 1).trimStart();
  if (/^(#{1,6} |[-*+] |\d+[.)] |\||```|~~~|\$\$)/.test(lastLine)) return '\n';
  const endsSentence = /[.!?:;…]["'”’)\]*_]*$/.test(prefix);
  // Scripts that write no spaces between sentences get none.
  const beginsWord =
    /^[\p{L}\p{N}"'“‘([*_]/u.test(next) &&
    !/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(next);
  return endsSentence && beginsWord ? ' ' : '';
}
