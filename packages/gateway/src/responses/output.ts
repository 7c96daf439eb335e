import type { ToolCallDelta } from '@stream-aligner/core';
import type { ResponseEvent, ResponseItem } from '@stream-aligner/providers/wire';
import { beginCall } from './call-item.ts';
import type { OpenItem } from './open-item.ts';
import { beginText, messageWording, reasoningWording } from './text-item.ts';

/** The output of one response while it is written. Every method gives the events that tell of what it did. */
export interface Output {
  text(delta: string): ResponseEvent[];
  reasoning(delta: string): ResponseEvent[];
  call(delta: ToolCallDelta): ResponseEvent[];
  /** Ends every item that is open; an answer that says nothing at all has an empty message. */
  finish(status: 'completed' | 'incomplete'): ResponseEvent[];
  /** All items; those still open are said to be `incomplete`. */
  items(): ResponseItem[];
}

type Slot = { closed: ResponseItem } | { open: Pick<OpenItem, 'body' | 'close'> };

const wordings = { message: messageWording, reasoning: reasoningWording };

/**
 * Text, thoughts and calls are items of their own, in the order in which they begin. Text and thoughts end where
 * something else begins; calls end with the answer, since a server may write several at once.
 */
export function createOutput(newId: () => string): Output {
  const slots: Slot[] = [];
  const calls = new Map<number, OpenItem<ToolCallDelta>>();
  const callIds = new Set<string>();
  let writing: { kind: keyof typeof wordings; item: OpenItem; index: number } | undefined;

  function close(index: number, status: 'completed' | 'incomplete'): ResponseEvent[] {
    const slot = slots[index];
    if (!slot || 'closed' in slot) return [];
    slots[index] = { closed: slot.open.body(status) };
    return slot.open.close(status);
  }

  /** The server's name for a call, unless it has none, or one that another call has. */
  function callIdOf({ id }: ToolCallDelta): string {
    const callId = id && !callIds.has(id) ? id : `call_${newId()}`;
    callIds.add(callId);
    return callId;
  }

  function endWriting(): ResponseEvent[] {
    const events = writing ? close(writing.index, 'completed') : [];
    writing = undefined;
    return events;
  }

  function write(kind: keyof typeof wordings, delta: string): ResponseEvent[] {
    if (writing?.kind === kind) return writing.item.add(delta);
    const ended = endWriting();
    const index = slots.length;
    const id = `${kind === 'message' ? 'msg' : 'rs'}_${newId()}`;
    const { item, events } = beginText(wordings[kind], { id, index });
    slots.push({ open: item });
    writing = { kind, item, index };
    return [...ended, ...events, ...(delta === '' ? [] : item.add(delta))];
  }

  const items = () => slots.map((slot) => ('closed' in slot ? slot.closed : slot.open.body('incomplete')));

  return {
    text: (delta) => write('message', delta),
    reasoning: (delta) => write('reasoning', delta),
    call(delta) {
      const known = calls.get(delta.index);
      if (known) return known.add(delta);
      const ended = endWriting();
      const { item, events } = beginCall(delta, {
        id: `fc_${newId()}`,
        index: slots.length,
        callId: callIdOf(delta),
      });
      slots.push({ open: item });
      calls.set(delta.index, item);
      return [...ended, ...events];
    },
    finish(status) {
      const isSilent = calls.size === 0 && !items().some(({ type }) => type === 'message');
      const events = isSilent ? write('message', '') : [];
      return [...events, ...slots.flatMap((_slot, index) => close(index, status))];
    },
    items,
  };
}
