import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { llamaAligner, llamaUpstream, type RunningGateway, startGateway } from './support/gateway.ts';
import { type LlamaServer, llamaServer, startLlamaServer } from './support/llama-server.ts';
import { questions } from './support/questions.ts';

/** The marker before the sentence in the prompt is also its last word, so two tokens are enough to look a copy up. */
const SPECULATION = [
  ['--spec-type', 'ngram-simple'],
  ['--spec-ngram-simple-size-n', '2'],
  ['--spec-ngram-simple-size-m', '48'],
  ['--spec-draft-n-max', '64'],
].flat();

describe.skipIf(llamaServer === null)('an aligner on llama-server', () => {
  let big: LlamaServer;
  let plain: LlamaServer;
  let speculating: LlamaServer;
  let gateway: RunningGateway;
  beforeAll(async () => {
    [big, plain, speculating] = await Promise.all([
      startLlamaServer({ model: 'upstream' }),
      startLlamaServer({ model: 'aligner', slots: 3 }),
      startLlamaServer({ model: 'aligner', slots: 3, args: SPECULATION }),
    ]);
  });
  afterAll(() => Promise.all([big.close(), plain.close(), speculating.close()]));

  it('gives the same verdicts with n-gram speculation as without', async () => {
    gateway = await startGateway({
      upstreams: { big: llamaUpstream(big.url) },
      aligners: { plain: llamaAligner(plain.url), speculating: llamaAligner(speculating.url) },
      models: {
        plain: { upstream: 'big', aligner: 'plain' },
        speculating: { upstream: 'big', aligner: 'speculating' },
      },
    });
    const verdicts = async (model: string, question: string) => {
      const { events } = await gateway.ask(model, question);
      return events
        .filter(({ type }) => type === 'sentence-kept' || type === 'sentence-rewritten')
        .map(({ type, draft, text }) => ({ type, draft, text }));
    };
    const all = [];
    for (const question of questions(40, 4)) {
      const found = await verdicts('plain', question);
      expect(await verdicts('speculating', question)).toEqual(found);
      all.push(...found);
    }
    expect(new Set(all.map(({ type }) => type)).size).toBe(2);
  });

  it('that does not speak the contract fails honestly, streamed and plain', async () => {
    gateway = await startGateway({
      upstreams: { big: llamaUpstream(big.url) },
      aligners: { plain: llamaAligner(plain.url, { contract: 'instruct' }) },
      models: {
        main: { upstream: 'big', aligner: 'plain' },
        passing: { upstream: 'big', aligner: 'plain', onAlignerFailure: 'pass' },
        raw: { upstream: 'big' },
      },
    });
    const [question = ''] = questions(1, 5);
    const expected = { code: 'aligner-unparsable' };
    await expect(gateway.ask('main', question)).rejects.toMatchObject(expected);
    const messages = [{ role: 'user' as const, content: question }];
    const whole = gateway.client.chat.completions.create({ model: 'main', messages, temperature: 0 });
    await expect(whole).rejects.toMatchObject({ status: 502, ...expected });
    const passed = await gateway.ask('passing', question);
    expect(passed.text).toBe((await gateway.ask('raw', question)).text);
    expect(passed.events.filter(({ type }) => type === 'aligner-failed')).not.toEqual([]);
  });
});
