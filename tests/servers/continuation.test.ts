import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, temporaryFile } from '../../packages/cli/src/testing/run-command.ts';
import { llamaAligner, llamaUpstream, startGateway } from './support/gateway.ts';
import { type LlamaServer, llamaServer, startLlamaServer } from './support/llama-server.ts';

const question = {
  role: 'user',
  content: 'Tom has 12 apples. He buys 5 more. How many apples does Tom have now?',
};
const PREFIX = 'Tom buys 5,';
const WHOLE = 'Tom buys 5, so Tom has 12 + 5 = 17 apples. The answer is 17.';
const flags = { continue_final_message: true, add_generation_prompt: false };

const TOOL_CALL = { id: '1', type: 'function', function: { name: 'add', arguments: '{}' } };

interface Reply {
  choices: { message: { content: string } }[];
}

describe.skipIf(llamaServer === null)('what we rely on in llama-server', () => {
  let server: LlamaServer;
  beforeAll(async () => {
    server = await startLlamaServer({ model: 'upstream' });
  });
  afterAll(() => server.close());

  const chat = (more: Record<string, unknown> = {}) =>
    server.post('/v1/chat/completions', {
      messages: [question, { role: 'assistant', content: PREFIX }],
      temperature: 0,
      ...more,
    });
  const streamed = async (more: Record<string, unknown> = {}) => {
    const text = await (await chat({ ...more, stream: true })).text();
    const chunks = text.match(/(?<=^data: )\{.*$/gm) ?? [];
    return chunks.map((chunk) => (JSON.parse(chunk) as Chunk).choices[0]?.delta.content ?? '').join('');
  };

  it('with both flags a stream goes on without repeating the prefix', async () => {
    expect(PREFIX + (await streamed(flags))).toBe(WHOLE);
  });

  it('without them, and in plain replies, the prefix comes again', async () => {
    expect(await streamed()).toBe(WHOLE);
    for (const more of [flags, {}]) {
      const reply = (await (await chat(more)).json()) as Reply;
      expect(reply.choices[0]?.message.content).toBe(WHOLE);
    }
  });

  it('a prefix keeps its trailing space, and nothing comes between it and what follows', async () => {
    const apply = { messages: [question, { role: 'assistant', content: `${PREFIX} ` }], ...flags };
    const { prompt } = (await (await server.post('/apply-template', apply)).json()) as { prompt: string };
    expect(prompt.endsWith(`<|im_start|>assistant\n${PREFIX} `)).toBe(true);
  });

  it.each([
    ['one flag alone', { continue_final_message: true }],
    ['two assistant messages at the end', { messages: [question, ...['One.', 'Two.'].map(assistant)] }],
    ['tool calls', { messages: [question, { ...assistant(PREFIX), tool_calls: [TOOL_CALL] }], ...flags }],
  ])('it refuses %s', async (_what, more) => {
    const response = await chat(more);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 400, type: 'invalid_request_error' } });
  });

  it('both ways of continuing come to the same answer through the gateway', async () => {
    const gateway = await startGateway({
      upstreams: {
        flags: llamaUpstream(server.url),
        trailing: llamaUpstream(server.url, { continuation: 'trailing' }),
      },
      models: { flags: { upstream: 'flags' }, trailing: { upstream: 'trailing' } },
    });
    const messages = [question, assistant(PREFIX)];
    for (const model of ['flags', 'trailing']) {
      const { text } = await gateway.ask(model, '', { messages });
      expect(PREFIX + text).toBe(WHOLE);
    }
  });

  it("a conversation longer than its context is said to be, and is the client's mistake", async () => {
    const gateway = await startGateway({
      upstreams: { big: llamaUpstream(server.url) },
      models: { main: { upstream: 'big' } },
    });
    const asked = gateway.ask('main', `${question.content} `.repeat(100));
    await expect(asked).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' });
  });

  it('an answer that fills the context ends with `length`', async () => {
    const gateway = await startGateway({
      upstreams: { big: llamaUpstream(server.url, { body: { ignore_eos: true } }) },
      models: { main: { upstream: 'big' } },
    });
    expect((await gateway.ask('main', question.content)).finish).toBe('length');
  });
});

describe.skipIf(llamaServer === null)('doctor', () => {
  it('finds both servers well', async () => {
    const big = await startLlamaServer({ model: 'upstream' });
    const small = await startLlamaServer({ model: 'aligner' });
    const configuration = {
      upstreams: { big: llamaUpstream(big.url) },
      aligners: { small: llamaAligner(small.url) },
      models: { main: { upstream: 'big', aligner: 'small' } },
    };
    const config = await temporaryFile('gateway.yaml', JSON.stringify(configuration));
    const { code, stdout } = await runCommand(['doctor', '--config', config, '--json']);
    await Promise.all([big.close(), small.close()]);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      checks: [
        {},
        {},
        { name: 'upstream big', continuation: 'continues' },
        { name: 'aligner small', status: 'ok' },
      ],
    });
    expect(code).toBe(0);
  });
});

interface Chunk {
  choices: { delta: { content?: string | null } }[];
}

function assistant(content: string) {
  return { role: 'assistant', content };
}
