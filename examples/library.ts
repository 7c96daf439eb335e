// The library alone: no server, no key. Every event says what it sends to the reader, and why.
import { align, alignStream, StreamAlignerError } from '@stream-aligner/core';
import { createTinyPair } from '@stream-aligner/local';

const { upstream, aligner, close } = await createTinyPair();
const messages = [
  {
    role: 'user' as const,
    content:
      'Mia has 27 shells. She finds 15 more. Then she gives 8 to Tom. How many shells does Mia have now?',
  },
];

for await (const event of alignStream({ upstream, aligner, messages, signal: AbortSignal.timeout(30_000) })) {
  process.stdout.write(event.sent);
  switch (event.type) {
    case 'sentence-rewritten':
      process.stderr.write(`[round ${event.round}: "${event.draft}" was rewritten]\n`);
      break;
    case 'answer-failed':
      throw event.error;
  }
}
process.stdout.write('\n');

try {
  const { text, counts } = await align({ upstream, aligner, messages });
  process.stdout.write(`${text}\n`);
  process.stderr.write(`[${counts.kept} kept, ${counts.rewritten} rewritten]\n`);
} catch (error) {
  if (!StreamAlignerError.isInstance(error)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`); // codes are for programs, messages for people
  process.exitCode = 1;
}
await close();
