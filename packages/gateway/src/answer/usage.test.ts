import type { AnswerCounts, ChatMessage, Upstream } from '@stream-aligner/core';
import { expect, it } from 'vitest';
import { usageOf } from './usage.ts';

const upstream: Upstream = {
  model: 'm',
  continuation: 'native',
  countTokens: (text) => text.length,
  open: () => Promise.reject(new Error('is not opened')),
};
const messages: ChatMessage[] = [{ role: 'user', content: 'Why?' }];
const counts: AnswerCounts = {
  kept: 1,
  rewritten: 2,
  failed: 0,
  restarts: 2,
  recoveries: 0,
  sentTokens: 10,
  discardedTokens: 3,
  alignerPromptTokens: 4,
  alignerCompletionTokens: 5,
  promptTokens: 7,
  estimated: false,
};

it.each<[string, Partial<AnswerCounts>, number, boolean]>([
  ['was reported, rewrites or not', {}, 7, false],
  ['was reported beside estimates', { estimated: true }, 7, true],
  ['was not reported', { promptTokens: null, restarts: 0 }, 4, true],
])('the prompt’s count %s', (_name, changed, prompt, estimated) => {
  expect(usageOf({ ...counts, ...changed }, { upstream, messages })).toMatchObject({
    prompt_tokens: prompt,
    completion_tokens: 10,
    total_tokens: prompt + 10,
    stream_aligner: { estimated },
  });
});
