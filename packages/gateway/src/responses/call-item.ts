import type { ToolCallDelta } from '@stream-aligner/core';
import type { ResponseItem } from '@stream-aligner/providers/wire';
import type { BegunItem, Place } from './open-item.ts';

/** Begins the call of a function from its first fragment, which holds the name on every server that is known. */
export function beginCall(
  first: ToolCallDelta,
  { id, index, callId }: Place & { callId: string },
): BegunItem<ToolCallDelta> {
  const at = { item_id: id, output_index: index };
  let name = first.function?.name ?? '';
  let given = '';

  function body(status: ResponseItem['status']): ResponseItem {
    return { id, type: 'function_call', status, call_id: callId, name, arguments: given };
  }

  function addArguments(delta = ''): ReturnType<BegunItem['item']['add']> {
    given += delta;
    return delta === '' ? [] : [{ type: 'response.function_call_arguments.delta', ...at, delta }];
  }

  const added = {
    type: 'response.output_item.added',
    output_index: index,
    item: body('in_progress'),
  } as const;
  return {
    item: {
      body,
      add({ function: fragment }) {
        name += fragment?.name ?? '';
        return addArguments(fragment?.arguments);
      },
      close: (status) => [
        { type: 'response.function_call_arguments.done', ...at, name, arguments: given },
        { type: 'response.output_item.done', output_index: index, item: body(status) },
      ],
    },
    events: [added, ...addArguments(first.function?.arguments)],
  };
}
