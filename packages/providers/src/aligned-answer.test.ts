import { align } from '@stream-aligner/core';
import {
  DEFAULT_ANSWER,
  type ScriptedServer,
  scriptedPrompt,
  startScriptedServer,
} from '@stream-aligner/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { continueByCompletions, createOpenAIAligner, createOpenAIUpstream } from './index.ts';

const messages = [{ role: 'user' as const, content: 'What is it?' }];
const rewrites: Record<string, string> = {
  'The second one says 3.14 in passing.': 'The second one says that π is about 3.14. It adds this.',
  'It ends here.': 'It ends well.',
};
let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer({
    aligner: ({ question, draft }) => (question === 'Keep.' ? draft : rewrites[draft]),
  });
});
afterAll(() => server.close());

function models(
  upstream: string,
  contract: 'stream-aligner' | 'instruct',
  continuation: 'flags' | 'trailing' | 'completions',
) {
  const { baseUrl } = server;
  return {
    upstream: createOpenAIUpstream({
      baseUrl,
      model: upstream,
      continuation: continuation === 'completions' ? continueByCompletions(scriptedPrompt) : continuation,
    }),
    aligner: createOpenAIAligner({ baseUrl, model: 'scripted', contract }),
  };
}

describe.each(['flags', 'trailing', 'completions'] as const)(
  'an aligned answer over HTTP, continued by %s',
  (continuation) => {
    describe.each(['stream-aligner', 'instruct'] as const)('and judged by %s', (contract) => {
      it.each(['scripted', 'doubled-prefix+crlf', 'reasoning'])(
        'comes from a %s server, whatever the look-ahead',
        async (name) => {
          for (const lookahead of [0, 1, 4]) {
            const kept = await align({
              ...models(name, contract, continuation),
              messages: [{ role: 'user', content: 'Keep.' }],
              lookahead,
            });
            expect(kept.text).toBe(DEFAULT_ANSWER);
            const { text, counts, reason } = await align({
              ...models(name, contract, continuation),
              messages,
              lookahead,
            });
            // The rewrite has one sentence more, and the script goes on behind as many sentences as there are.
            expect(text).toBe(
              'The first sentence stands. The second one says that π is about 3.14. It adds this. It ends well.',
            );
            expect(counts).toMatchObject({ kept: 1, rewritten: 2, failed: 0 });
            expect(reason).toBe('stop');
          }
          await server.until(({ openRequests }) => openRequests === 0);
        },
      );
    });
  },
);
