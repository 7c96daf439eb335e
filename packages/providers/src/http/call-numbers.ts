import type { ToolCallDelta } from '@stream-aligner/core';

/**
 * Numbers the tool calls of one stream. Some servers give no index, or the same one to each of several calls; a new id
 * where another call was going on begins a call of its own.
 */
export function createCallNumbers(): (delta: ToolCallDelta) => ToolCallDelta {
  const going = new Map<number, { id: string | undefined; number: number }>();
  const taken = new Set<number>();

  function freeFrom(index: number): number {
    let number = index;
    while (taken.has(number)) number += 1;
    taken.add(number);
    return number;
  }

  return (delta) => {
    const { index, id } = delta;
    const known = going.get(index);
    const begins = !known || (id !== undefined && known.id !== undefined && id !== known.id);
    const call = begins ? { id, number: freeFrom(index) } : { ...known, id: known.id ?? id };
    going.set(index, call);
    return { ...delta, index: call.number };
  };
}
