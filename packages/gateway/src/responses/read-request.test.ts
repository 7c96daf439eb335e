import { describe, expect, it } from 'vitest';
import { startScriptedGateway } from '../testing/scripted-gateway.ts';

const input = 'What is it?';
const user = { role: 'user', content: input };

describe('a bad Responses request', () => {
  it.each<[string, Record<string, unknown>, string | null, RegExp]>([
    ['no input', { input: undefined }, 'input', /expected text or a list of items/],
    ['an empty input', { input: [] }, 'input', /at least one item/],
    ['a blank input', { input: ' ' }, 'input', /says anything/],
    ['an unknown model', { model: 'mian' }, 'model', /Did you mean "main"\?/],
    ['a wrong role', { input: [{ role: 'me', content: '' }] }, 'input[0].role', /"developer"/],
    [
      'an unknown item',
      { input: [user, { type: 'item_reference', id: 'x' }] },
      'input[1].type',
      /"function_call_output"/,
    ],
    [
      'an unknown part',
      { input: [{ ...user, content: [{ type: 'input_file' }] }] },
      'input[0].content[0].type',
      /"input_image"/,
    ],
    [
      'an image by its file',
      { input: [{ ...user, content: [{ type: 'input_image', file_id: 'f' }] }] },
      'input[0].content[0].image_url',
      /no files are kept/,
    ],
    [
      'an image that the model said',
      { input: [user, { role: 'assistant', content: [{ type: 'input_image', image_url: 'data:,' }] }] },
      'input[1].content',
      /text alone/,
    ],
    [
      'a call without a result',
      { input: [user, { type: 'function_call', call_id: 'c', name: 'f', arguments: '' }] },
      'input',
      /function_call_output/,
    ],
    [
      'a tool that runs elsewhere',
      { tools: [{ type: 'web_search' }] },
      'tools[0].type',
      /runs no tools of its own/,
    ],
    [
      'a choice among tools',
      { tool_choice: { type: 'allowed_tools', tools: [] } },
      'tool_choice',
      /"required"/,
    ],
    ['an unknown format', { text: { format: { type: 'grammar' } } }, 'text.format.type', /"json_schema"/],
    ['an earlier response', { previous_response_id: 'resp_1' }, 'previous_response_id', /keeps no answers/],
    ['a conversation', { conversation: 'conv_1' }, 'conversation', /keeps no answers/],
    ['the background', { background: true }, 'background', /stream the answer/],
    ['a prompt kept elsewhere', { prompt: { id: 'p' } }, 'prompt', /keeps no prompts/],
    ['log probabilities', { top_logprobs: 2 }, 'top_logprobs', /do not exist/],
    ['log probabilities included', { include: ['message.output_text.logprobs'] }, 'include', /do not exist/],
    ['two answers', { n: 2 }, 'n', /n must be 1/],
    ['metadata that are no text', { metadata: { purpose: 1 } }, 'metadata', /values are all text/],
    [
      'an unknown extension',
      { stream_aligner: { lookahed: 1 } },
      'stream_aligner.lookahed',
      /"lookahead"\?$/,
    ],
    ['no object', [] as never, null, /the body/],
  ])('%s is answered clearly', async (_name, fields, param, message) => {
    const gateway = await startScriptedGateway();
    const body = Array.isArray(fields) ? fields : { model: 'main', input, ...fields };
    for (const stream of [false, true]) {
      const response = await gateway.respond(Array.isArray(body) ? body : { ...body, stream });
      const { error } = (await response.json()) as { error: unknown };
      expect(response.status).toBe(param === 'model' ? 404 : 400);
      expect(error).toMatchObject({
        type: 'invalid_request_error',
        param,
        message: expect.stringMatching(message),
      });
    }
    expect(gateway.models.requests).toEqual([]);
  });

  it.each([{ background: false }, { previous_response_id: null }, { conversation: null }, { store: false }])(
    'is not one that asks for nothing: %j',
    async (fields) => {
      const gateway = await startScriptedGateway();
      expect((await gateway.respond({ model: 'main', input, ...fields })).status).toBe(200);
    },
  );

  it('has no words about tools passed on where there are none', async () => {
    const gateway = await startScriptedGateway();
    await gateway.respond({
      model: 'main',
      input,
      tools: [],
      tool_choice: 'auto',
      parallel_tool_calls: true,
    });
    expect(Object.keys(gateway.models.requests[0]?.body as object)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/tool/)]),
    );
  });

  it('is counted as refused', async () => {
    const gateway = await startScriptedGateway();
    await gateway.respond('{');
    const metrics = await (await gateway.fetch(new Request('http://g/metrics'))).text();
    expect(metrics).toContain('stream_aligner_requests_total{model="",outcome="refused"} 1');
  });
});
