import { expect, it } from 'vitest';
import type { AnswerEvent } from '../answer/event.ts';
import { realEvents } from '../testing/real-events.ts';
import {
  changeConversation,
  fromStored,
  messagesBefore,
  newAnswer,
  type StoredTurn,
  type Turn,
  toStored,
} from './conversation.ts';

const request = { model: 'm', messages: [], options: {}, trace: true };

function conversation(turns: readonly (readonly [question: string, events: readonly AnswerEvent[]])[]) {
  return turns.reduce<readonly Turn[]>((all, [question, events], index) => {
    const answer = newAnswer({ id: 'first', label: 'm', request });
    const id = `turn-${index}`;
    const asked = changeConversation(all, { type: 'asked', turn: { id, question, answers: [answer] } });
    return changeConversation(asked, { type: 'happened', turn: id, answer: 'first', events });
  }, []);
}

/** As a browser keeps it. */
function reloaded(turns: readonly Turn[]): Turn[] {
  return fromStored(JSON.parse(JSON.stringify(toStored(turns))) as StoredTurn[]);
}

it('is the same after a reload', async () => {
  const aligned = await realEvents({ text: 'One. Two. Three.', better: { 'Two.': 'Better.' } });
  const shadow = await realEvents({ text: 'One. Two. Three.', mode: 'shadow' });
  const turns = conversation([
    ['First?', aligned],
    ['Second?', shadow],
  ]);
  expect(reloaded(turns)).toEqual(turns);
});

it('keeps stretches of text as one event', async () => {
  const events = await realEvents({ text: 'One. Two. Three. Four.', rounds: 0 });
  expect(events.filter(({ type }) => type === 'text-passed').length).toBeGreaterThan(1);
  const [turn] = reloaded(conversation([['First?', events]]));
  expect(turn?.answers[0]?.events.filter(({ type }) => type === 'text-passed')).toHaveLength(1);
  expect(turn?.answers[0]?.drawing.sent).toBe('One. Two. Three. Four.');
});

it('has no answer that looks finished because the page was left', async () => {
  const events = await realEvents({ text: 'One. Two. Three.' });
  const [turn] = reloaded(conversation([['First?', events.slice(0, -1)]]));
  expect(turn?.answers[0]?.drawing.end).toMatchObject({
    type: 'broken',
    problem: { title: 'The page was left' },
  });
});

it('tells a model only of what was answered well, before the question', async () => {
  const finished = await realEvents({ text: 'One. Two.' });
  const turns = conversation([
    ['First?', finished],
    ['Second?', [...finished.slice(0, -1), { type: 'stopped' }]],
    ['Third?', finished],
  ]);
  const first = [
    { role: 'user', content: 'First?' },
    { role: 'assistant', content: 'One. Two.' },
  ];
  expect(messagesBefore(turns, 'turn-2')).toEqual(first);
  expect(messagesBefore(turns, 'turn-0')).toEqual([]);
  expect(messagesBefore(turns, null)).toHaveLength(4);
});

it('asks an answer anew in its own place', async () => {
  const turns = conversation([['First?', [{ type: 'stopped' }]]]);
  const again = newAnswer({ id: 'first', label: 'm', request });
  const raw = newAnswer({ id: 'second', label: 'raw', request });
  const one = changeConversation(turns, { type: 'answering', turn: 'turn-0', answer: again });
  expect(one[0]?.answers.map(({ id, drawing }) => [id, drawing.end])).toEqual([['first', null]]);
  const two = changeConversation(one, { type: 'answering', turn: 'turn-0', answer: raw });
  expect(two[0]?.answers.map(({ id }) => id)).toEqual(['first', 'second']);
});
