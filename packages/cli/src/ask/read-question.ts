import { text } from 'node:stream/consumers';
import { StreamAlignerError } from '@stream-aligner/core';

/** The question of the command line, or of the standard input where there is none (or it is `-`). */
export async function readQuestion(words: readonly string[]): Promise<string> {
  const asked = words.join(' ').trim();
  if (asked !== '' && asked !== '-') return asked;
  const piped = process.stdin.isTTY ? '' : (await text(process.stdin)).trim();
  if (piped !== '') return piped;
  throw new StreamAlignerError(
    'invalid-request',
    'There is no question. Give one in quotes, or pipe it in: echo "…" | stream-aligner ask',
  );
}
