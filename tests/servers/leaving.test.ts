import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../packages/lab/src/worlds/random.ts';
import { report, times } from './support/figures.ts';
import { llamaAligner, llamaUpstream, startGateway } from './support/gateway.ts';
import { leaveInMidAnswer, untilIdle, untilSlotsIdle } from './support/leave.ts';
import { type LlamaServer, llamaServer, startLlamaServer } from './support/llama-server.ts';
import { startTap, type Tap } from './support/tap.ts';

const CLIENTS = 100;
/** Law 8. */
const SOCKETS_MS = 50;
/** Room for an answer that goes on for many seconds. */
const context = 20_000;
const endless = { body: { ignore_eos: true } };

describe.skipIf(llamaServer === null)('a client that leaves in mid-answer', () => {
  let big: LlamaServer;
  let small: LlamaServer;
  let toBig: Tap;
  let toSmall: Tap;
  beforeAll(async () => {
    const args = ['--override-kv', `llama.context_length=int:${context}`];
    [big, small] = await Promise.all([
      startLlamaServer({ model: 'upstream', context, args }),
      startLlamaServer({ model: 'aligner', context, args, slots: 3 }),
    ]);
  });
  beforeEach(async () => {
    [toBig, toSmall] = await Promise.all([startTap(big.port), startTap(small.port)]);
  });
  afterEach(() => Promise.all([toBig.close(), toSmall.close()]));
  afterAll(() => Promise.all([big.close(), small.close()]));

  it.each(['upstream', 'aligner'] as const)('stops the %s, and every socket is gone', async (busy) => {
    const gateway = await startGateway({
      upstreams: { big: llamaUpstream(toBig.url, endless) },
      aligners: { small: llamaAligner(toSmall.url, endless) },
      models: { upstream: { upstream: 'big' }, aligner: { upstream: 'big', aligner: 'small' } },
    });
    const random = createRandom(busy === 'upstream' ? 1 : 2);
    let inTime = 0;
    const sockets: number[] = [];
    const slots: number[] = [];
    for (let client = 0; client < CLIENTS; client += 1) {
      const tap = busy === 'upstream' ? toBig : toSmall;
      const at = await leaveInMidAnswer(gateway, {
        model: busy,
        tap,
        bytes: random.int(1, 6_000),
      });
      const { ms, ownMs } = await untilIdle(at, [toBig, toSmall]);
      sockets.push(ms);
      if (ownMs <= SOCKETS_MS) inTime += 1;
      slots.push((await untilSlotsIdle([big, small])) - at);
    }
    report(
      `${busy}: sockets gone within ${SOCKETS_MS} ms in ${inTime} of ${CLIENTS}, ${times(sockets)}; slots idle: ${times(slots)}`,
    );
    expect(inTime).toBe(CLIENTS);
    expect(await (await fetch(`${gateway.url}/metrics`)).text()).toContain('stream_aligner_active_answers 0');
  });
});
