import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { expect, it } from 'vitest';
import { toMessages, trailingAssistant } from './prompt.ts';

const call = { type: 'tool-call' as const, toolCallId: 'c', toolName: 'look', input: {} };
const prompt: LanguageModelV4Prompt = [
  { role: 'system', content: 'Be brief.' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'What is it?' },
      { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AA' } },
    ],
  },
  {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'A ' },
      { type: 'text', text: 'cat.' },
    ],
  },
];

it('a prompt is read as core reads conversations', () => {
  expect(toMessages(prompt)).toEqual([
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'What is it?' }, { type: 'file' }] },
    { role: 'assistant', content: 'A cat.' },
  ]);
  expect(trailingAssistant(prompt)).toBe(prompt[2]);
});

it('a turn that calls tools is history, not a beginning', () => {
  const calling: LanguageModelV4Prompt = [...prompt.slice(0, 2), { role: 'assistant', content: [call] }];
  expect(toMessages(calling).at(-1)).toEqual({ role: 'assistant', content: '', tool_calls: [] });
  expect(trailingAssistant(calling)).toBeNull();
  const result = { type: 'text' as const, value: 'cat' };
  const answered: LanguageModelV4Prompt = [
    ...calling,
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', toolName: 'look', output: result }] },
  ];
  expect(toMessages(answered).at(-1)).toEqual({ role: 'tool', content: null });
});
