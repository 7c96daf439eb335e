import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { llamaAligner, llamaUpstream, startGateway } from './support/gateway.ts';
import { type LlamaServer, llamaServer, startLlamaServer } from './support/llama-server.ts';
import { questions } from './support/questions.ts';

describe.skipIf(llamaServer === null)('upstream and aligner on llama-server', () => {
  let big: LlamaServer;
  let small: LlamaServer;
  beforeAll(async () => {
    [big, small] = await Promise.all([
      startLlamaServer({ model: 'upstream' }),
      startLlamaServer({ model: 'aligner', slots: 3 }),
    ]);
  });
  afterAll(() => Promise.all([big.close(), small.close()]));

  it('answer as the same pair does in this process, text for text', async () => {
    const gateway = await startGateway({
      upstreams: {
        big: llamaUpstream(big.url),
        ids: llamaUpstream(big.url, { continuation: 'token-ids' }),
      },
      aligners: { small: llamaAligner(small.url) },
      models: {
        served: { upstream: 'big', aligner: 'small', overrides: 'any' },
        'by-ids': { upstream: 'ids', aligner: 'small' },
        here: { upstream: 'tiny', aligner: 'tiny', overrides: 'any' },
      },
    });
    let rewritten = 0;
    for (const question of questions(40, 3)) {
      const served = await gateway.ask('served', question);
      const byIds = await gateway.ask('by-ids', question);
      const here = await gateway.ask('here', question);
      const sequential = await gateway.ask('served', question, {
        stream_aligner: { trace: true, lookahead: 0 },
      });
      expect.soft(served.text, question).toBe(here.text);
      expect.soft(sequential.text, question).toBe(here.text);
      expect.soft(byIds.text, question).toBe(here.text);
      expect(served.finish).toBe('stop');
      if (here.events.some(({ type }) => type === 'sentence-rewritten')) rewritten += 1;
    }
    expect(rewritten).toBeGreaterThan(10);
  });
});
