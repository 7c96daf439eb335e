import type { AlignEvent, ChatMessage } from '@stream-aligner/core';
import type { AnswerHeader, RecordedAnswer } from '../recorded-answer.ts';
import { createEventLog } from './event-log.ts';
import { messagesKept } from './messages-kept.ts';
import { traceId } from './trace-id.ts';

/** Passes an answer's events on as they come, and hands over what they came to when they are over. */
export async function* recording(
  events: AsyncGenerator<AlignEvent, void, undefined>,
  answer: {
    header: AnswerHeader;
    messages: readonly ChatMessage[];
    /** `size`: about how much it holds, in code units. */
    onOver(recorded: RecordedAnswer, size: number): void;
  },
): AsyncGenerator<AlignEvent, void, undefined> {
  const began = Date.now();
  const log = createEventLog();
  try {
    for await (const event of events) {
      log.add(event);
      yield event;
    }
  } finally {
    const { seen, cut, size } = log.finish();
    const { messages, left, size: messagesSize } = messagesKept(answer.messages);
    const characters = cut.characters + left;
    const recorded: RecordedAnswer = {
      ...answer.header,
      ...seen,
      id: traceId(began),
      at: new Date(began).toISOString(),
      messages,
      ...((characters > 0 || cut.events > 0) && { cut: { characters, events: cut.events } }),
    };
    answer.onOver(recorded, size + messagesSize);
  }
}
