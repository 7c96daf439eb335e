import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { report, times } from './support/figures.ts';
import { llamaAligner, llamaUpstream, startGateway } from './support/gateway.ts';
import { leaveInMidAnswer, untilSlotsIdle } from './support/leave.ts';
import { type LiteLlm, litellm, startLiteLlm } from './support/litellm.ts';
import { type LlamaServer, llamaServer, startLlamaServer } from './support/llama-server.ts';
import { questions } from './support/questions.ts';
import { startTap } from './support/tap.ts';

const context = 20_000;
const CLIENTS = 20;

describe.skipIf(llamaServer === null || litellm === null)("LiteLLM's proxy in front of llama-server", () => {
  let big: LlamaServer;
  let small: LlamaServer;
  let proxy: LiteLlm;
  beforeAll(async () => {
    const args = ['--override-kv', `llama.context_length=int:${context}`];
    big = await startLlamaServer({ model: 'upstream', context, args });
    small = await startLlamaServer({ model: 'aligner', slots: 3 });
    proxy = await startLiteLlm({
      openai: { model: 'openai/tiny-upstream', url: big.url },
      vllm: { model: 'hosted_vllm/tiny-upstream', url: big.url },
      aligner: { model: 'openai/tiny-aligner', url: small.url },
    });
  });
  afterAll(() => Promise.all([big.close(), small.close(), proxy.close()]));

  const upstream = (model: string, more = {}) =>
    llamaUpstream(proxy.url, {
      type: 'litellm',
      continuation: 'flags',
      model,
      apiKey: proxy.apiKey,
      ...more,
    });

  it('passes the flags on: it continues, repeats nothing, and answers as without it', async () => {
    const gateway = await startGateway({
      upstreams: {
        direct: llamaUpstream(big.url),
        openai: upstream('openai', { echo: 'never' }),
        vllm: upstream('vllm', { echo: 'never' }),
      },
      aligners: {
        direct: llamaAligner(small.url),
        proxied: llamaAligner(proxy.url, { type: 'litellm', model: 'aligner', apiKey: proxy.apiKey }),
      },
      models: {
        direct: { upstream: 'direct', aligner: 'direct' },
        openai: { upstream: 'openai', aligner: 'proxied' },
        vllm: { upstream: 'vllm', aligner: 'proxied' },
      },
    });
    let rewritten = 0;
    for (const question of questions(10, 6)) {
      const direct = await gateway.ask('direct', question);
      for (const model of ['openai', 'vllm']) {
        const proxied = await gateway.ask(model, question);
        expect(proxied.text).toBe(direct.text);
        expect(proxied.finish).toBe('stop');
      }
      if (direct.events.some(({ type }) => type === 'sentence-rewritten')) rewritten += 1;
    }
    expect(rewritten).toBeGreaterThan(2);
  });

  it('stops the model when the client leaves', async () => {
    const tap = await startTap(Number(new URL(proxy.url).port));
    const endless = { baseUrl: `${tap.url}/v1`, body: { ignore_eos: true } };
    const gateway = await startGateway({
      upstreams: { big: upstream('openai', endless) },
      models: { main: { upstream: 'big' } },
    });
    const slots: number[] = [];
    for (let client = 0; client < CLIENTS; client += 1) {
      const at = await leaveInMidAnswer(gateway, { model: 'main', tap, bytes: 400 * (client + 1) });
      slots.push((await untilSlotsIdle([big])) - at);
    }
    await tap.close();
    report(`through LiteLLM, ${CLIENTS} clients left: slots idle ${times(slots)}`);
  });

  it('says that a conversation is too long, as without it', async () => {
    const gateway = await startGateway({
      upstreams: { big: upstream('openai') },
      models: { main: { upstream: 'big' } },
    });
    const asked = gateway.ask('main', 'Tom has 12 apples. '.repeat(4_000));
    await expect(asked).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' });
  });
});
