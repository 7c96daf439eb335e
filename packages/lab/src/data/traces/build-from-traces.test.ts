import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Feedback, JsonEvent, Trace } from '@stream-aligner/core';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/folders.ts';
import { buildFromTraces } from './build-from-traces.ts';

const at = '2026-01-01T00:00:00.000Z';
const sentence = { at: 1, round: 1, kind: 'prose', lead: '', draft: 'It is.' } as const;
const kept: JsonEvent = { type: 'sentence-kept', ...sentence, sent: 'It is.', by: 'decoding', judgedInMs: 1 };

async function* tracesWith(...said: Feedback['verdict'][]): AsyncGenerator<Trace, void, undefined> {
  for (const [number, verdict] of said.entries()) {
    yield {
      ...{ id: `trace-${number}`, at, requestId: 'r', model: 'main', upstream: 'big', aligner: 'small' },
      ...{ version: '1.0.0', stream: true, outcome: 'aborted', error: null, ms: 1, reviewed: 1 },
      question: 'Is it?',
      answer: 'It is.',
      counts: {
        ...{ kept: 1, rewritten: 0, failed: 0, restarts: 0, recoveries: 0, sentTokens: 2 },
        ...{ discardedTokens: 0, alignerPromptTokens: 0, alignerCompletionTokens: 0, promptTokens: null },
        estimated: true,
      },
      timings: { firstUpstreamText: null, firstSentText: null },
      messages: [{ role: 'user', content: 'Is it?' }],
      events: [kept],
      feedback: [{ round: 1, verdict, at }],
    };
  }
}

const namesIn = async (out: string) =>
  (await readFile(join(out, 'answers.jsonl'), 'utf8')).match(/trace-\d+/g) ?? [];

it('takes what is said now, in place of what was said before', async () => {
  const out = await temporaryFolder();
  expect(await buildFromTraces({ out, traces: tracesWith('accepted', 'accepted', 'rejected') })).toEqual({
    traces: 3,
    accepted: 2,
    edited: 0,
    rejected: 1,
  });
  expect(await namesIn(out)).toEqual(['trace-0', 'trace-1']);
  await buildFromTraces({ out, traces: tracesWith('rejected', 'accepted') });
  expect(await namesIn(out)).toEqual(['trace-1']);
});

it('leaves what is there when there is nothing to learn from', async () => {
  const out = await temporaryFolder();
  await buildFromTraces({ out, traces: tracesWith('accepted') });
  await expect(buildFromTraces({ out, traces: tracesWith('rejected') })).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining('1 were rejected'),
  });
  expect(await namesIn(out)).toEqual(['trace-0']);
});

it('refuses a folder of another build', async () => {
  const out = await temporaryFolder();
  await writeFile(join(out, 'build.json'), JSON.stringify({ format: 1, sources: ['prompts.jsonl'] }));
  await expect(buildFromTraces({ out, traces: tracesWith('accepted') })).rejects.toThrow('another run');
});
