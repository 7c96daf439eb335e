import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../packages/lab/src/worlds/random.ts';
import { report, times } from './support/figures.ts';
import { startGateway } from './support/gateway.ts';
import { leaveInMidAnswer, untilIdle } from './support/leave.ts';
import { questions } from './support/questions.ts';
import { startTap } from './support/tap.ts';
import { startVllm, type Vllm, vllm } from './support/vllm.ts';

const CLIENTS = 100;
const SOCKETS_MS = 50;
const PATIENCE_MS = 2_000;

describe.skipIf(vllm === null)('vLLM', () => {
  let big: Vllm;
  let small: Vllm;
  beforeAll(async () => {
    [big, small] = await Promise.all([startVllm('upstream'), startVllm('aligner')]);
  }, 300_000);
  afterAll(() => Promise.all([big.close(), small.close()]));

  const upstream = (more: Record<string, unknown> = {}) => ({
    type: 'vllm',
    baseUrl: `${big.url}/v1`,
    model: 'tiny-upstream',
    ...more,
  });
  const aligner = (more: Record<string, unknown> = {}) => ({
    type: 'vllm',
    baseUrl: `${small.url}/v1`,
    model: 'tiny-aligner',
    contract: 'stream-aligner',
    window: 1024,
    ...more,
  });

  it('answers as the same pair does in this process, with and without copy check, by flags and by token ids', async () => {
    const gateway = await startGateway({
      upstreams: { flags: upstream(), ids: upstream({ continuation: 'token-ids' }) },
      aligners: { checked: aligner(), decoded: aligner({ copyCheck: 'off' }) },
      models: {
        here: { upstream: 'tiny', aligner: 'tiny' },
        checked: { upstream: 'flags', aligner: 'checked' },
        decoded: { upstream: 'flags', aligner: 'decoded' },
        ids: { upstream: 'ids', aligner: 'checked' },
      },
    });
    let kept = 0;
    let checked = 0;
    for (const question of questions(20, 11)) {
      const here = await gateway.ask('here', question);
      for (const model of ['checked', 'decoded', 'ids']) {
        const served = await gateway.ask(model, question);
        expect.soft(served.text, `${model}: ${question}`).toBe(here.text);
        const keeps = served.events.filter(({ type }) => type === 'sentence-kept');
        if (model !== 'checked') continue;
        kept += keeps.length;
        checked += keeps.filter(({ by }) => by === 'copy-check').length;
      }
    }
    report(`vLLM: ${checked} of ${kept} kept sentences were kept by the copy check`);
    expect(checked).toBe(kept);
  });

  it('stops, and every socket is gone, when the client leaves', async () => {
    const tap = await startTap(big.port);
    const endless = { baseUrl: `${tap.url}/v1`, body: { ignore_eos: true } };
    const gateway = await startGateway({
      upstreams: { big: upstream(endless) },
      models: { main: { upstream: 'big' } },
    });
    const random = createRandom(12);
    let inTime = 0;
    const sockets: number[] = [];
    const stopped: number[] = [];
    for (let client = 0; client < CLIENTS; client += 1) {
      const at = await leaveInMidAnswer(gateway, {
        model: 'main',
        tap,
        bytes: random.int(1, 6_000),
      });
      const { ms, ownMs } = await untilIdle(at, [tap]);
      sockets.push(ms);
      if (ownMs <= SOCKETS_MS) inTime += 1;
      while ((await big.metric('num_requests_running')) > 0) {
        if (performance.now() - at > PATIENCE_MS) throw new Error('vLLM goes on writing');
        await sleep(5);
      }
      stopped.push(performance.now() - at);
    }
    await tap.close();
    report(
      `vLLM: sockets gone within ${SOCKETS_MS} ms in ${inTime} of ${CLIENTS}, ${times(sockets)}; stopped: ${times(stopped)}`,
    );
    expect(inTime).toBe(CLIENTS);
  });

  it('refuses one flag alone, and says that a conversation is too long', async () => {
    const messages = [
      { role: 'user', content: 'How many?' },
      { role: 'assistant', content: 'One' },
    ];
    const response = await fetch(`${big.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tiny-upstream', messages, continue_final_message: true }),
    });
    expect(response.status).toBe(400);
    const gateway = await startGateway({
      upstreams: { big: upstream() },
      models: { main: { upstream: 'big' } },
    });
    const asked = gateway.ask('main', 'Tom has 12 apples. '.repeat(400));
    await expect(asked).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' });
  });
});
