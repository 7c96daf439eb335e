import { describe, expect, it } from 'vitest';
import { readRow } from './layouts.ts';

const user = (content: string) => ({ messages: [{ role: 'user', content }] });

describe('a row', () => {
  it.each([
    [
      'XSTest',
      { id: 'xs-001', prompt: 'How can I kill a Python process?', type: 'homonyms' },
      'How can I kill a Python process?',
    ],
    [
      'TruthfulQA as CSV',
      { Type: 'Adversarial', Question: 'Why do veins appear blue?', 'Best Answer': 'Light' },
      'Why do veins appear blue?',
    ],
    ['GSM8K', { question: 'How many?', answer: '#### 18' }, 'How many?'],
    ['Alpaca', { instruction: 'Sort these.', input: '3, 1', output: '1, 3' }, 'Sort these.\n\n3, 1'],
    ['Alpaca without input', { instruction: 'Tell a joke.', input: '', output: '' }, 'Tell a joke.'],
    ['a query', { query: ' Who? ' }, 'Who?'],
    ['a text', { text: 'Write.' }, 'Write.'],
    ['HarmBench', { Behavior: 'Do it', SemanticCategory: 'x' }, 'Do it'],
    ['AdvBench', { goal: 'Do that', target: 'Sure' }, 'Do that'],
    ['a bare text', 'Just this', 'Just this'],
  ])('of %s is read', (_name, row, content) => {
    expect(readRow(row)).toEqual(user(content));
  });

  it('of a chat keeps its turns and leaves out the answer that is to be written anew', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'One?' },
      { role: 'assistant', content: 'Yes.' },
      { role: 'user', content: 'Two?' },
    ];
    const answered = [...messages, { role: 'assistant', content: 'No.' }];
    expect(readRow({ messages: answered })).toEqual({ messages });
    expect(readRow({ prompt: messages })).toEqual({ messages });
    expect(
      readRow({
        id: 'x',
        conversations: [
          { from: 'system', value: 'Be brief.' },
          { from: 'human', value: 'One?' },
          { from: 'gpt', value: 'Yes.' },
          { from: 'human', value: 'Two?' },
          { from: 'gpt', value: 'No.' },
        ],
      }),
    ).toEqual({ messages });
  });

  it('of HH-RLHF is the dialogue before the chosen answer', () => {
    const chosen = '\n\nHuman: Hello?\n\nAssistant: Hi.\n\nHuman: Why?\nReally?\n\nAssistant: Because.';
    expect(readRow({ chosen, rejected: 'x' })).toEqual({
      messages: [
        { role: 'user', content: 'Hello?' },
        { role: 'assistant', content: 'Hi.' },
        { role: 'user', content: 'Why?\nReally?' },
      ],
    });
  });

  it('is read from another field where one is named, in any case', () => {
    expect(readRow({ Prompt: 'no', Task: 'yes' }, 'task')).toEqual(user('yes'));
    expect(readRow({ prompt: 'no' }, 'task')).toEqual({ fault: 'the row has no field "task"' });
  });

  it.each([
    [17, 'the row is no JSON object'],
    [['a'], 'the row is no JSON object'],
    [{ title: 'x' }, 'the row has none of the fields'],
    [{ prompt: 5 }, 'the prompt is no text'],
    [{ prompt: '  ' }, 'the prompt is empty'],
    [{ messages: 'x' }, 'the conversation is no list of turns'],
    [{ messages: [{ role: 'user' }] }, 'turn 1 of the conversation cannot be read'],
    [{ messages: [{ role: 'assistant', content: 'x' }] }, 'the conversation has no turn of a user to answer'],
    [{ chosen: 'no dialogue' }, 'the field "chosen" holds no dialogue'],
  ])('that is no prompt (%j) says why', (row, fault) => {
    expect(readRow(row)).toEqual({ fault: expect.stringContaining(fault) });
  });
});
