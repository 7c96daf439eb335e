import type { AlignEvent } from '@stream-aligner/core';
import { encodeSseJson, type ResponseBody, type ResponseEvent } from '@stream-aligner/providers/wire';
import { type JsonEvent, jsonEvent } from '@stream-aligner/core';
import type { ReplyFace } from '../answer/reply.ts';
import { createRecorder, type RecorderOptions } from './recorder.ts';

/**
 * An answer as a response: its events as named server-sent events, or the response that they end with. With `trace`
 * every event of the answer rides in a `stream_aligner` field.
 */
export function responsesFace({ trace, ...options }: RecorderOptions & { trace: boolean }): ReplyFace {
  return {
    writer() {
      const recorder = createRecorder(options);
      let sent = 0;

      function frames(events: ResponseEvent[], traced: AlignEvent | undefined): string {
        const told = trace && traced && events.length === 0 ? [{ type: 'keepalive' } as const] : events;
        if (told.length === 0) return '';
        const all = sent === 0 ? [...recorder.begin(), ...told] : told;
        return all
          .map((event, index) => {
            const extra = trace && traced && index === all.length - 1 && tracedField([jsonEvent(traced)]);
            const { type, ...fields } = event;
            return encodeSseJson({ type, sequence_number: sent++, ...fields, ...extra }, type);
          })
          .join('');
      }

      return {
        frames: (event) => frames(recorder.take(event), event),
        failure: (error, event) => frames(recorder.fail(error), event),
      };
    },
    collector() {
      const recorder = createRecorder(options);
      const events: JsonEvent[] = [];
      let response: ResponseBody | undefined;
      return {
        add(event) {
          const last = recorder.take(event).at(-1);
          if (event.type === 'answer-finished' && last && 'response' in last) ({ response } = last);
          if (trace) events.push(jsonEvent(event));
        },
        reply: () => ({ ...response, ...(trace && tracedField(events)) }),
      };
    },
  };
}

function tracedField(events: JsonEvent[]) {
  return { stream_aligner: { events } };
}
