import { useEffect, useReducer, useRef } from 'preact/hooks';
import { type AskRequest, ask } from '../ask/ask.ts';
import {
  type AnswerRecord,
  changeConversation,
  messagesBefore,
  newAnswer,
  type Turn,
} from './conversation.ts';
import { keepConversation, keptConversation } from './keep.ts';

/** How an answer is asked for, the messages left out. */
export interface Asking extends Omit<AskRequest, 'messages'> {
  label: string;
  /** Whether the conversation before the turn is sent along. */
  remembers: boolean;
}

export interface Conversation {
  turns: readonly Turn[];
  /** How many answers are coming. */
  running: number;
  ask(question: string, askings: readonly Asking[]): void;
  /** Asks for one more answer in a turn. */
  add(turn: Turn, asking: Asking): void;
  /** Asks for an answer anew. */
  again(turn: Turn, answer: AnswerRecord): void;
  /** Stops every answer that is coming. */
  stop(): void;
  clear(): void;
}

/** The conversation of this page: kept across reloads, and gone on with by streams. */
export function useConversation(): Conversation {
  const [turns, change] = useReducer(changeConversation, null, keptConversation);
  const controllers = useRef(new Set<AbortController>());
  const latest = useRef(turns);
  latest.current = turns;
  const running = turns.flatMap(({ answers }) => answers).filter(({ drawing }) => !drawing.end).length;

  // Not at every sentence: a long conversation takes a while to write.
  useEffect(() => keepConversation(turns), [turns.length, running]);
  useEffect(() => {
    const keep = () => keepConversation(latest.current);
    addEventListener('pagehide', keep);
    return () => removeEventListener('pagehide', keep);
  }, []);

  async function run(turn: string, answer: AnswerRecord): Promise<void> {
    const controller = new AbortController();
    controllers.current.add(controller);
    for await (const event of ask(answer.request, { signal: controller.signal }))
      change({ type: 'happened', turn, answer: answer.id, events: [event] });
    controllers.current.delete(controller);
  }

  function record(asking: Asking, question: string, turn: string | null): AnswerRecord {
    const { label, remembers, ...how } = asking;
    const before = remembers ? messagesBefore(latest.current, turn) : [];
    const messages = [...before, { role: 'user', content: question } as const];
    return newAnswer({ id: newId(), label, request: { ...how, messages } });
  }

  return {
    turns,
    running,
    ask(question, askings) {
      const turn = {
        id: newId(),
        question,
        answers: askings.map((asking) => record(asking, question, null)),
      };
      change({ type: 'asked', turn });
      for (const answer of turn.answers) void run(turn.id, answer);
    },
    add(turn, asking) {
      const answer = record(asking, turn.question, turn.id);
      change({ type: 'answering', turn: turn.id, answer });
      void run(turn.id, answer);
    },
    again(turn, { id, label, request }) {
      const answer = newAnswer({ id, label, request });
      change({ type: 'answering', turn: turn.id, answer });
      void run(turn.id, answer);
    },
    stop() {
      for (const controller of controllers.current) controller.abort();
    },
    clear() {
      for (const controller of controllers.current) controller.abort();
      change({ type: 'cleared' });
    },
  };
}

/** Unique in this browser. `crypto.randomUUID` is only there for https and this machine. */
function newId(): string {
  return `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
}
