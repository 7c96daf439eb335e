import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { hash } from '../scripted/hash.ts';
import type { BehaviourSet } from './behaviours.ts';
import type { Plan } from './plan.ts';
import type { SendStep } from './step.ts';

/** Between the bytes of a comment that never ends, and of an event that drips. */
const LORIS_MS = 5;
const DRIP_MS = 1;
const DRIP_BYTES = 40;

/** Sends a plan as an event stream. `turn` resolves when the next event is due; `signal` aborts when the client left. */
export async function sendPlan({
  plan,
  set,
  response,
  signal,
  turn,
  onSent,
  onReset,
}: {
  plan: Plan;
  set: BehaviourSet;
  response: ServerResponse;
  signal: AbortSignal;
  turn(): Promise<void>;
  onSent(step: Pick<SendStep, 'text' | 'finish'>): void;
  onReset(whole: 'connection' | 'server'): void;
}): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  response.flushHeaders();
  const write = createWriter({ response, set, signal });
  for (const step of plan.steps) {
    if (step.do === 'stall') {
      await write.rest();
      await aborted(signal);
    } else await turn();
    if (signal.aborted) return;
    if (step.do === 'reset' || step.do === 'die') {
      await write.rest();
      // What was just written would be lost with the connection.
      await setImmediate();
      onReset(step.do === 'reset' ? 'connection' : 'server');
      response.destroy();
      return;
    }
    if (step.do === 'loris') await write.forEver(Buffer.from(':'), LORIS_MS);
    if (step.do === 'repeat') {
      await write.forEver(Buffer.from(frame(step, set)), 0);
    }
    if (step.do === 'send') {
      await write.event(Buffer.from(frame(step, set)), step.how);
      if (step.how !== 'half') onSent(step);
    }
  }
  await write.rest();
  response.end();
}

function frame({ data, event }: Pick<SendStep, 'data' | 'event'>, set: BehaviourSet): string {
  if (set.has('crlf')) return `: still here\r\nevent: ${event ?? 'message'}\r\ndata: ${data}\r\n\r\n`;
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`;
}

function createWriter({
  response,
  set,
  signal,
}: {
  response: ServerResponse;
  set: BehaviourSet;
  signal: AbortSignal;
}) {
  /** The end of an event that goes out with the beginning of the next one. */
  let held = Buffer.alloc(0);
  let written = 0;

  async function put(bytes: Uint8Array): Promise<void> {
    if (signal.aborted || bytes.length === 0) return;
    written += bytes.length;
    if (!response.write(bytes)) await once(response, 'drain', { signal }).catch(() => {});
  }

  /** Each write is a chunk of its own to the reader; `turns`: after how many of them others get their turn. */
  async function inPieces(
    bytes: Buffer,
    { sizeOf, turns = 1, gapMs }: { sizeOf(): number; turns?: number; gapMs?: number },
  ): Promise<void> {
    let pieces = 0;
    for (let from = 0; from < bytes.length && !signal.aborted;) {
      const size = sizeOf();
      await put(bytes.subarray(from, from + size));
      from += size;
      pieces += 1;
      if (gapMs !== undefined) await setTimeout(gapMs, undefined, { signal }).catch(() => {});
      else if (pieces % turns === 0) await setImmediate();
    }
  }

  const single = () => 1;
  const odd = () => 1 + (hash('write', written) % 40);

  return {
    async event(bytes: Buffer, how?: SendStep['how']): Promise<void> {
      if (how === 'half') return put(Buffer.concat([held, bytes.subarray(0, middleOf(bytes))]));
      if (how === 'drip') {
        await put(held);
        held = Buffer.alloc(0);
        await inPieces(bytes.subarray(0, DRIP_BYTES), { sizeOf: single, gapMs: DRIP_MS });
        return put(bytes.subarray(DRIP_BYTES));
      }
      if (set.has('one-byte')) return inPieces(bytes, { sizeOf: single, turns: 16 });
      if (!set.has('odd-writes')) return put(bytes);
      const whole = Buffer.concat([held, bytes]);
      const keep = hash('held', written) % 12;
      held = whole.subarray(whole.length - keep);
      await inPieces(whole.subarray(0, whole.length - keep), { sizeOf: odd });
    },
    /** Writes the same until the client leaves. */
    async forEver(bytes: Buffer, gapMs: number): Promise<void> {
      await put(held);
      while (!signal.aborted) {
        await put(bytes);
        await setTimeout(gapMs, undefined, { signal }).catch(() => {});
      }
    },
    /** Writes what is still held back. */
    async rest(): Promise<void> {
      await put(held);
      held = Buffer.alloc(0);
    },
  };
}

/** Inside the first character of several bytes, or in the middle of all of them. */
function middleOf(bytes: Buffer): number {
  const wide = bytes.findIndex((byte) => byte >= 0xc0);
  return wide < 0 ? bytes.length >> 1 : wide + 1;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
