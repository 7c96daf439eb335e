import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { alignStream, type ChatMessage } from '@stream-aligner/core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createTinyPair, type TinyPair } from './tiny-pair.ts';

let pair: TinyPair;
beforeAll(async () => {
  pair = await createTinyPair({ sequences: 4 });
});
afterAll(() => pair.close());

const QUESTIONS = [
  'Tom has 12 apples. He buys 5 more. How many apples does Tom have now?',
  'Beth puts 38 red lemons, 27 old lemons and 35 green lemons into a bag. How many lemons is that in all?',
  'Tim keeps 53 dolls in a jar. Next, Kofi gives him 48 more. Later he loses 26 dolls. Later Tim sells 7 dolls. How many dolls does he have now?',
  'Alice had 69 goats. Rosa had 55 goats. After lunch, Alice gave Rosa 18 of the goats. How many goats does Rosa have in the end?',
  'Simon starts with 27 pears. Next, he adds another 38 pears from a friend. He throws away 19 of the pears. Now how many pears does Simon have?',
  'What is the weather like?',
];

async function textOf(question: string, lookahead: number): Promise<string> {
  const messages: ChatMessage[] = [{ role: 'user', content: question }];
  let text = '';
  let end = '';
  for await (const event of alignStream({ ...pair, messages, lookahead, params: { maxTokens: 120 } })) {
    text += event.sent;
    end = event.type === 'answer-finished' ? `${event.reason} ${event.cause}` : event.type;
  }
  return `${text} [${end}]`;
}

describe('the tiny pair', () => {
  it('gives one text for every look-ahead, alone and beside others (law 5)', async () => {
    const sequential: string[] = [];
    for (const question of QUESTIONS) sequential.push(await textOf(question, 0));
    for (const lookahead of [1, 4]) {
      const alone: string[] = [];
      for (const question of QUESTIONS) alone.push(await textOf(question, lookahead));
      expect(alone).toEqual(sequential);
    }
    for (const lookahead of [0, 1, 4]) {
      const together = await Promise.all(QUESTIONS.map((question) => textOf(question, lookahead)));
      expect(together).toEqual(sequential);
    }
  });

  it('gives everything back when an answer is left, at every moment', async () => {
    for (let moment = 0; moment < 12; moment += 1) {
      const leaving = new AbortController();
      const events = alignStream({
        ...pair,
        messages: [{ role: 'user', content: QUESTIONS[2] ?? '' }],
        signal: leaving.signal,
      });
      let seen = 0;
      for await (const event of events) {
        if (seen === moment) leaving.abort();
        seen += 1;
        if (event.type === 'answer-aborted') expect(event.at).toBeGreaterThan(0);
      }
    }
    const all = await Promise.all([1, 2, 3, 4].map(() => textOf(QUESTIONS[0] ?? '', 2)));
    expect(new Set(all).size).toBe(1);
  });

  it('leaves nothing that keeps a process alive, closed or not', async () => {
    const program = (ending: string) => `
      const { createTinyPair } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
      const pair = await createTinyPair({ sequences: 2 });
      const signal = new AbortController().signal;
      const session = await pair.upstream.open({ messages: [{ role: 'user', content: 'Hello' }], params: {}, signal });
      for await (const event of session.continueFrom('', signal, { maxTokens: 5 })) void event;
      await session.close();
      ${ending}`;
    const folder = await mkdtemp(join(tmpdir(), 'tiny-pair-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const ending of ['await pair.close();', '']) {
      // A file, for node-llama-cpp starts a process with the same arguments to try its library.
      const file = join(folder, 'program.mjs');
      await writeFile(file, program(ending));
      const args = ['--conditions=@stream-aligner/source', file];
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
      expect(stdout + stderr).toBe('');
    }
  });
});
