/** Takes what a model writes, piece by piece, and gives what of it goes on after the prefix. */
export type Junction = (text: string) => string;

/**
 * Mends the place where an answer goes on after `prefix`. The whitespace at its end is not shown to the model, which
 * writes it again, or other whitespace in its place: it is dropped as far as it repeats what the prefix ends in, and
 * wholly where it does not, since the client has its own already.
 */
export function createJunction(prefix: string): Junction {
  const accepted = prefix.trimEnd();
  const owed = prefix.slice(accepted.length);
  let lead = '';
  let joined = accepted === '' || owed === '';
  return (text) => {
    if (joined) return text;
    const body = text.trimStart();
    lead += text.slice(0, text.length - body.length);
    if (body === '') return '';
    joined = true;
    return (lead.startsWith(owed) ? lead.slice(owed.length) : '') + body;
  };
}
