import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchPauses } from '@stream-aligner/testkit';
import type { RunningGateway } from './gateway.ts';
import type { LlamaServer } from './llama-server.ts';
import type { Tap } from './tap.ts';

/** A server looks for cancelled work between two batches. */
const PATIENCE_MS = 2_000;

/** Asks, and leaves once so many bytes have come through the tap. Gives the time at which it left. */
export function leaveInMidAnswer(
  { url }: RunningGateway,
  { model, tap, bytes }: { model: string; tap: Tap; bytes: number },
): Promise<number> {
  const client = request(`${url}/v1/chat/completions`, { method: 'POST', agent: false });
  client.on('error', () => {});
  client.on('response', (response) => response.on('error', () => {}).resume());
  const left = new Promise<number>((resolve) => {
    tap.after(bytes, () => {
      resolve(performance.now());
      client.destroy();
    });
  });
  const messages = [{ role: 'user', content: 'Tom has 12 apples. How many apples does Tom have now?' }];
  client.end(JSON.stringify({ model, messages, temperature: 0, stream: true }));
  return left;
}

/**
 * How long after `at` the taps were idle, in milliseconds: as the clock says, and without the time in which nothing of
 * this process ran, which is all that a bound on our own time can be held to.
 */
export async function untilIdle(at: number, taps: readonly Tap[]): Promise<{ ms: number; ownMs: number }> {
  const pauses = watchPauses();
  const times = await Promise.all(taps.map((tap) => tap.idle()));
  const ms = Math.max(...times) - at;
  return { ms, ownMs: ms - pauses.stop() };
}

/** Waits until no slot works, and gives the time. The servers tell it only when asked. */
export async function untilSlotsIdle(servers: readonly LlamaServer[]): Promise<number> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const busy = await Promise.all(servers.map((server) => server.busySlots()));
    if (busy.every((slots) => slots === 0)) return performance.now();
    if (performance.now() > end) throw new Error(`slots at work after ${PATIENCE_MS} ms: ${busy.join(', ')}`);
    await sleep(5);
  }
}
