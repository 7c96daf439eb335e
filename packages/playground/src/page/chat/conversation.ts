import type { ChatMessage } from '@stream-aligner/core';
import { BLANK, type Drawing, draw, drawAnswer } from '../answer/draw.ts';
import type { AnswerEvent } from '../answer/event.ts';
import type { AskRequest } from '../ask/ask.ts';
import { LEFT } from '../ask/problem.ts';

/** One answer: what was asked, and everything that happened. */
export interface AnswerRecord {
  id: string;
  label: string;
  request: AskRequest;
  events: readonly AnswerEvent[];
  drawing: Drawing;
}

/** A question with its answer, and with the raw one where that was asked for. */
export interface Turn {
  id: string;
  question: string;
  answers: readonly AnswerRecord[];
}

export type ConversationAction =
  | { type: 'asked'; turn: Turn }
  /** One more answer in a turn, or the same one anew. */
  | { type: 'answering'; turn: string; answer: AnswerRecord }
  | { type: 'happened'; turn: string; answer: string; events: readonly AnswerEvent[] }
  | { type: 'cleared' };

export function changeConversation(turns: readonly Turn[], action: ConversationAction): readonly Turn[] {
  switch (action.type) {
    case 'asked':
      return [...turns, action.turn];
    case 'answering':
      return changeTurn(turns, action.turn, (turn) => ({
        ...turn,
        answers: withAnswer(turn, action.answer),
      }));
    case 'happened':
      return changeTurn(turns, action.turn, (turn) => ({
        ...turn,
        answers: turn.answers.map((answer) =>
          answer.id === action.answer ? goOn(answer, action.events) : answer,
        ),
      }));
    case 'cleared':
      return [];
  }
}

function changeTurn(turns: readonly Turn[], id: string, change: (turn: Turn) => Turn): readonly Turn[] {
  return turns.map((turn) => (turn.id === id ? change(turn) : turn));
}

function withAnswer({ answers }: Turn, answer: AnswerRecord): readonly AnswerRecord[] {
  const at = answers.findIndex(({ id }) => id === answer.id);
  return at < 0 ? [...answers, answer] : answers.with(at, answer);
}

function goOn(answer: AnswerRecord, events: readonly AnswerEvent[]): AnswerRecord {
  return {
    ...answer,
    events: events.reduce(withEvent, answer.events),
    drawing: events.reduce(draw, answer.drawing),
  };
}

/** Text that went out unjudged comes word by word; one event says as much as many. */
function withEvent(events: readonly AnswerEvent[], event: AnswerEvent): readonly AnswerEvent[] {
  const last = events.at(-1);
  if (event.type === 'untraced-text' && last?.type === 'untraced-text')
    return [...events.slice(0, -1), { ...last, text: last.text + event.text }];
  if (isFree(event) && last && isFree(last) && last.reason === event.reason)
    return [...events.slice(0, -1), { ...event, text: last.text + event.text, sent: last.sent + event.sent }];
  return [...events, event];
}

type Passed = Extract<AnswerEvent, { type: 'text-passed' }>;

/** Whether it is text of no round. */
function isFree(event: AnswerEvent): event is Passed {
  return event.type === 'text-passed' && event.reason !== 'shadow' && event.reason !== 'policy';
}

/** An answer of which nothing has come yet. */
export function newAnswer(fields: Pick<AnswerRecord, 'id' | 'label' | 'request'>): AnswerRecord {
  return { ...fields, events: [], drawing: BLANK };
}

/** The conversation before a turn, as a model is told it: the turns whose answer ended well. */
export function messagesBefore(turns: readonly Turn[], id: string | null): ChatMessage[] {
  const at = turns.findIndex((turn) => turn.id === id);
  return (at < 0 ? turns : turns.slice(0, at)).flatMap(({ question, answers: [answer] }) =>
    answer?.drawing.end?.type === 'finished'
      ? [
          { role: 'user', content: question } as const,
          { role: 'assistant', content: answer.drawing.sent } as const,
        ]
      : [],
  );
}

/** What is kept of a conversation: everything but the drawings, which events are enough for. */
export type StoredTurn = Omit<Turn, 'answers'> & { answers: Omit<AnswerRecord, 'drawing'>[] };

export function toStored(turns: readonly Turn[]): StoredTurn[] {
  return turns.map((turn) => ({
    ...turn,
    answers: turn.answers.map(({ drawing: _drawing, ...answer }) => answer),
  }));
}

/** A conversation as it was kept. An answer that was still coming then did not come whole. */
export function fromStored(turns: readonly StoredTurn[]): Turn[] {
  return turns.map((turn) => ({
    ...turn,
    answers: turn.answers.map((answer) => {
      const record = { ...answer, drawing: drawAnswer(answer.events) };
      return record.drawing.end ? record : goOn(record, [{ type: 'broken', problem: LEFT }]);
    }),
  }));
}
