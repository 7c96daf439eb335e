import type { ResponseEvent, ResponseItem } from '@stream-aligner/providers/wire';
import type { BegunItem, Place } from './open-item.ts';

interface PartPlace {
  item_id: string;
  output_index: number;
  content_index: 0;
}

/** What the two kinds of item that hold text say differently. */
interface Wording {
  /** The item; with `null` for a text that has not begun, it has no part yet. */
  item(id: string, status: ResponseItem['status'], text: string | null): ResponseItem;
  part(text: string): Extract<ResponseEvent, { part: unknown }>['part'];
  delta(at: PartPlace, delta: string): ResponseEvent;
  done(at: PartPlace, text: string): ResponseEvent;
}

const outputText = (text: string) =>
  ({ type: 'output_text', text, annotations: [], logprobs: [] }) satisfies ReturnType<Wording['part']>;
const reasoningText = (text: string) =>
  ({ type: 'reasoning_text', text }) satisfies ReturnType<Wording['part']>;

/** The answer's own text. */
export const messageWording: Wording = {
  item: (id, status, text) => ({
    id,
    type: 'message',
    status,
    role: 'assistant',
    content: text === null ? [] : [outputText(text)],
  }),
  part: outputText,
  delta: (at, delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] }),
  done: (at, text) => ({ type: 'response.output_text.done', ...at, text, logprobs: [] }),
};

/** What the model thought before it. */
export const reasoningWording: Wording = {
  item: (id, status, text) => ({
    id,
    type: 'reasoning',
    status,
    summary: [],
    content: text === null ? [] : [reasoningText(text)],
  }),
  part: reasoningText,
  delta: (at, delta) => ({ type: 'response.reasoning_text.delta', ...at, delta }),
  done: (at, text) => ({ type: 'response.reasoning_text.done', ...at, text }),
};

/** Begins an item of one part of text. */
export function beginText(wording: Wording, { id, index }: Place): BegunItem {
  const at: PartPlace = { item_id: id, output_index: index, content_index: 0 };
  let text = '';
  return {
    item: {
      body: (status) => wording.item(id, status, text),
      add(delta) {
        text += delta;
        return [wording.delta(at, delta)];
      },
      close: (status) => [
        wording.done(at, text),
        { type: 'response.content_part.done', ...at, part: wording.part(text) },
        { type: 'response.output_item.done', output_index: index, item: wording.item(id, status, text) },
      ],
    },
    events: [
      {
        type: 'response.output_item.added',
        output_index: index,
        item: wording.item(id, 'in_progress', null),
      },
      { type: 'response.content_part.added', ...at, part: wording.part('') },
    ],
  };
}
