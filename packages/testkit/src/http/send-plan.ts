import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { BehaviourSet } from './behaviours.ts';
import type { Plan } from './plan.ts';

/** Sends a plan as an event stream. `turn` resolves when the next event is due; `signal` aborts when the client left. */
export async function sendPlan({
  plan,
  set,
  response,
  signal,
  turn,
  onText,
  onReset,
}: {
  plan: Plan;
  set: BehaviourSet;
  response: ServerResponse;
  signal: AbortSignal;
  turn(): Promise<void>;
  onText(text: string): void;
  onReset(): void;
}): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  response.flushHeaders();
  for (const step of plan.steps) {
    if (step.do === 'stall') await aborted(signal);
    else await turn();
    if (signal.aborted) return;
    if (step.do === 'reset') {
      onReset();
      response.destroy();
      return;
    }
    if (step.do === 'send') {
      await write(response, Buffer.from(frame(step.data, set)), set.has('one-byte'), signal);
      if (step.text !== undefined) onText(step.text);
    }
  }
  response.end();
}

function frame(data: string, set: BehaviourSet): string {
  return set.has('crlf') ? `: still here\r\nevent: message\r\ndata: ${data}\r\n\r\n` : `data: ${data}\n\n`;
}

async function write(
  response: ServerResponse,
  bytes: Buffer,
  single: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (!single) {
    if (!response.write(bytes)) await once(response, 'drain', { signal }).catch(() => {});
    return;
  }
  for (const byte of bytes) {
    if (signal.aborted) return;
    response.write(Buffer.of(byte));
    // The next turn of the event loop, so that the reader sees this byte alone.
    await setImmediate();
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
