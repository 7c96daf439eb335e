import type { Trace, TraceSummary } from '@stream-aligner/core';
import { createManualClock, scriptAnswers, type ScriptedServerOptions } from '@stream-aligner/testkit';
import { describe, expect, it } from 'vitest';
import { ask, eventsOf } from '../testing/scripted-gateway.ts';
import { newTraces, startTracedGateway, type TracedGateway } from '../testing/traced-gateway.ts';
import type { TracePage } from './store.ts';

/** Whatever is asked, this is answered, and the second sentence rewritten. */
const scripts: ScriptedServerOptions = {
  upstream: (request) =>
    scriptAnswers({ [request.question]: 'One is first. Two is wrong. Three is last.' })(request),
  aligner: ({ draft }) => draft.replace('wrong', 'right'),
};
const typesOf = ({ events }: Trace) => events.map(({ type }) => type);

async function only(gateway: TracedGateway): Promise<Trace> {
  const [trace] = await gateway.traces(1);
  if (!trace) throw new Error('there is no trace');
  return trace;
}

/** The summaries of a page. */
async function listed(gateway: TracedGateway, query: string): Promise<TraceSummary[]> {
  return ((await (await gateway.api(query)).json()) as TracePage).data;
}

describe('what is recorded', () => {
  it.each([true, false])('a finished answer, whole (streamed: %s)', async (stream) => {
    const gateway = await startTracedGateway({ scripts });
    const before = new Date().toISOString();
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Which numbers are there?' },
    ];
    const response = await gateway.chat(ask('main', { messages, stream }), {
      headers: { 'x-request-id': 'mine-1' },
    });
    await response.text();
    const trace = await only(gateway);
    expect(trace).toMatchObject({
      requestId: 'mine-1',
      model: 'main',
      upstream: 'scripted',
      aligner: 'scripted',
      stream,
      outcome: 'finished',
      error: null,
      question: 'Which numbers are there?',
      answer: 'One is first. Two is right. Three is last.',
      counts: { kept: 2, rewritten: 1, failed: 0, restarts: 1 },
      reviewed: 0,
      messages,
      feedback: [],
    });
    expect(trace.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(trace.at >= before && trace.at <= new Date().toISOString()).toBe(true);
    expect(trace.id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(trace.ms).toBeGreaterThan(0);
    expect(trace.timings.firstSentText).toBeGreaterThan(0);
    expect(trace.events.map(({ sent }) => sent).join('')).toBe(trace.answer);
    expect(typesOf(trace)).toEqual(
      expect.arrayContaining(['draft-seen', 'sentence-kept', 'sentence-rewritten']),
    );
    expect(trace.events.at(-1)).toMatchObject({ type: 'answer-finished', reason: 'stop' });
    expect(trace).not.toHaveProperty('cut');
  });

  it('the same events as the client is told of', async () => {
    const gateway = await startTracedGateway({ scripts });
    const response = await gateway.chat(ask('main', { stream: true, stream_aligner: { trace: true } }));
    const told = (await eventsOf(response))
      .filter((data) => data !== '[DONE]')
      .flatMap(
        (data) =>
          (JSON.parse(data) as { stream_aligner?: { events: unknown[] } }).stream_aligner?.events ?? [],
      );
    expect((await only(gateway)).events).toEqual(told);
  });

  it('a failed answer with its error', async () => {
    const gateway = await startTracedGateway({ models: { main: { upstream: 'cut@5' } }, scripts });
    expect((await gateway.chat(ask('main'))).status).toBe(502);
    const trace = await only(gateway);
    expect(trace).toMatchObject({ outcome: 'failed', error: { code: 'upstream-truncated' } });
    expect(trace.answer).toBe('One is first.');
    expect(trace.events.at(-1)?.type).toBe('answer-failed');
    expect(await listed(gateway, '?failed=true')).toHaveLength(1);
  });

  it('a sentence that the aligner failed on', async () => {
    const models = { main: { upstream: 'scripted', aligner: 'empty', onAlignerFailure: 'pass' } };
    const gateway = await startTracedGateway({ models, scripts });
    await gateway.chat(ask('main'));
    expect(await only(gateway)).toMatchObject({ outcome: 'finished', counts: { failed: 3 } });
    expect(await listed(gateway, '?failed=true&outcome=finished')).toHaveLength(1);
  });

  it.each([true, false])('an answer whose client left (it was reading: %s)', async (reads) => {
    const gateway = await startTracedGateway({ models: { main: { upstream: 'slow' } }, scripts });
    const asked = gateway.chat(ask('main', { stream: true }));
    gateway.models.step(6);
    const reader = (await asked).body?.getReader();
    await reader?.read();
    const more = reads ? reader?.read() : undefined;
    await reader?.cancel();
    await more;
    const trace = await only(gateway);
    expect(trace).toMatchObject({
      outcome: 'aborted',
      error: null,
      answer: 'One is first.',
      counts: { kept: 1 },
    });
    expect(trace.events.at(-1)?.type).toBe('answer-aborted');
  });

  it('shadow mode: the drafts went out, and the verdicts are there', async () => {
    const gateway = await startTracedGateway({
      models: { main: { upstream: 'scripted', mode: 'shadow' } },
      scripts,
    });
    await gateway.chat(ask('main'));
    const trace = await only(gateway);
    expect(trace.answer).toBe('One is first. Two is wrong. Three is last.');
    expect(trace.events.filter(({ type }) => type === 'text-passed')).toHaveLength(3);
    expect(trace.events).toContainEqual(
      expect.objectContaining({
        type: 'sentence-rewritten',
        round: 2,
        text: 'Two is right.',
        applied: false,
      }),
    );
  });

  it('a model without an aligner, its text as one piece', async () => {
    const gateway = await startTracedGateway({
      models: { main: { upstream: 'one-byte', aligner: null } },
      scripts,
    });
    await gateway.chat(ask('main'));
    const trace = await only(gateway);
    expect(trace.aligner).toBeNull();
    expect(trace.events).toMatchObject([
      { type: 'text-passed', reason: 'rounds-used', text: trace.answer, sent: trace.answer },
      { type: 'answer-finished' },
    ]);
  });

  it('tool calls and reasoning, each as one piece', async () => {
    const models = {
      tool: { upstream: 'tool-call' },
      thinking: { upstream: 'reasoning', reasoning: 'pass' },
    };
    const gateway = await startTracedGateway({ models, scripts });
    await gateway.chat(ask('tool'));
    await gateway.chat(ask('thinking'));
    const [thinking, tool] = await gateway.traces(2);
    const calls = tool?.events.filter(({ type }) => type === 'tool-call-delta') ?? [];
    expect(calls).toHaveLength(1);
    const [call] = calls;
    if (call?.type !== 'tool-call-delta') throw new Error('there is no call');
    expect(call.delta).toMatchObject({
      index: 0,
      id: expect.any(String),
      function: { name: expect.any(String) },
    });
    expect(() => JSON.parse(call.delta.function?.arguments ?? '') as unknown).not.toThrow();
    expect(thinking?.events.filter(({ type }) => type === 'reasoning-delta')).toMatchObject([
      { text: 'Let me think. Done thinking.' },
    ]);
  });

  it('nothing of a model that opted out, nor of what was refused', async () => {
    const models = { main: { upstream: 'scripted' }, quiet: { upstream: 'scripted', traces: false } };
    const gateway = await startTracedGateway({ models, scripts });
    expect((await gateway.chat(ask('quiet'))).status).toBe(200);
    expect((await gateway.chat(ask('none'))).status).toBe(404);
    expect((await gateway.chat(ask('main'))).status).toBe(200);
    expect((await gateway.traces(1)).map(({ model }) => model)).toEqual(['main']);
  });

  it('answers of the Responses API', async () => {
    const gateway = await startTracedGateway({ scripts });
    await gateway.respond({ model: 'main', input: 'Which?' });
    expect(await only(gateway)).toMatchObject({ question: 'Which?', outcome: 'finished' });
  });

  it('the beginning of an answer that the client brought is no part of the question', async () => {
    const gateway = await startTracedGateway({ scripts });
    const messages = [
      { role: 'user', content: 'Which?' },
      { role: 'assistant', content: 'One is first.' },
    ];
    await gateway.chat(ask('main', { messages }));
    expect(await only(gateway)).toMatchObject({ question: 'Which?', messages });
  });
});

describe('what is kept', () => {
  it('no texts at all, with texts: none', async () => {
    const models = {
      main: { upstream: 'scripted' },
      tool: { upstream: 'tool-call' },
      reasoned: { upstream: 'reasoning', reasoning: 'pass' },
      raw: { upstream: 'scripted', aligner: null },
    };
    const gateway = await startTracedGateway({ models, scripts, traces: { texts: 'none' } });
    for (const model of Object.keys(models)) await gateway.chat(ask(model));
    const traces = await gateway.traces(4);
    const said = JSON.stringify(traces);
    for (const word of ['One', 'wrong', 'right', 'What is it', 'think', 'arguments":"{'])
      expect(said, word).not.toContain(word);
    expect(traces.at(-1)).toMatchObject({ question: '', answer: '', messages: [], counts: { rewritten: 1 } });
    expect(traces.at(-1)?.events).toContainEqual(
      expect.objectContaining({ type: 'sentence-rewritten', round: 2, kind: 'prose', draft: '', text: '' }),
    );
    expect(await listed(gateway, '?q=one')).toEqual([]);
  });

  it('nothing that a pattern finds, wherever it was said', async () => {
    const models = {
      main: { upstream: 'echo' },
      tool: { upstream: 'tool-call' },
      thinking: { upstream: 'reasoning', reasoning: 'pass' },
    };
    const gateway = await startTracedGateway({
      models,
      scripts: { aligner: ({ draft }) => draft.replace('role.', 'zq-1234.') },
      traces: { redact: ['zq-\\d{4}', 'Done thinking', 'x*'] },
    });
    const question = 'Call zq-9876, not role.';
    const messages = [{ role: 'user', content: [{ type: 'text', text: question }], name: 'n-zq-0000' }];
    await gateway.chat(ask('main', { messages }));
    await gateway.chat(ask('tool', { messages }));
    await gateway.chat(ask('thinking', { messages }));
    const traces = await gateway.traces(3);
    const said = JSON.stringify(traces);
    for (const secret of ['zq-', 'Done thinking']) expect(said.includes(secret), secret).toBe(false);
    const [, , main] = traces;
    expect(main).toMatchObject({
      question: 'Call [redacted], not role.',
      answer: 'Call [redacted], not [redacted].',
      messages: [
        {
          role: 'user',
          content: [{ type: 'text', text: 'Call [redacted], not role.' }],
          name: 'n-[redacted]',
        },
      ],
    });
    expect(await listed(gateway, '?q=9876')).toEqual([]);
    await gateway.review(main?.id ?? '', 1, { verdict: 'edited', text: 'Call zq-1111.' });
    expect((await gateway.traces(3))[2]?.feedback).toMatchObject([{ text: 'Call [redacted].' }]);
  });

  it('of what is too large a part, and how much is missing', async () => {
    const long = `${'x'.repeat(99)} `.repeat(3_000);
    const gateway = await startTracedGateway({
      models: { main: { upstream: 'scripted', aligner: null } },
      scripts: { upstream: () => long },
    });
    const image = `data:image/png;base64,${'A'.repeat(100_000)}`;
    const messages = [
      ...Array.from({ length: 3 }, () => ({ role: 'user', content: long })),
      { role: 'user', content: [{ type: 'image_url', image_url: { url: image } }] },
      { role: 'user', content: 'And now?' },
    ];
    const response = await gateway.chat(ask('main', { messages }));
    const sent = ((await response.json()) as { choices: { message: { content: string } }[] }).choices[0]
      ?.message;
    const trace = await only(gateway);
    expect(trace.answer).toBe(sent?.content.slice(0, 200_000));
    // Of the messages two that are cut to 200,000 and the two short ones; the first is left out.
    expect(trace.messages).toHaveLength(4);
    // A message counts with its role.
    const first = long.length + 'user'.length;
    const missing = (sent?.content.length ?? 0) - 200_000 + 2 * 100_000 + first + image.length - 64;
    expect(trace.cut).toEqual({ characters: missing, events: 0 });
  });
});

describe('a store that cannot be used', () => {
  it('breaks no answer, and what is dropped is counted, and said', async () => {
    const clock = createManualClock();
    const lines: unknown[][] = [];
    const write = (...line: unknown[]) => void lines.push(line);
    const gateway = await startTracedGateway({
      scripts,
      clock,
      traces: { url: 'sqlite:/no/such/folder/traces.db' },
      log: { info: () => {}, warn: write, error: write },
    });
    for (let count = 0; count < 3; count += 1) expect((await gateway.chat(ask('main'))).status).toBe(200);
    await gateway.dropped(3, 'store-failed', () => clock.advance(1_000));
    // One a minute is enough for as long as it lasts.
    expect(lines.length).toBeLessThanOrEqual(1 + clock.now() / 60_000);
    expect(lines[0]).toMatchObject([
      { reason: 'store-failed', error: { code: expect.any(String) } },
      'traces dropped',
    ]);
    const reply = await gateway.api();
    expect(reply.status).toBe(500);
    await expect(gateway.warm()).rejects.toMatchObject({ code: 'configuration' });
  });

  it('hangs on a pattern that never ends, and is replaced, while answers go on', async () => {
    const clock = createManualClock();
    const gateway = await startTracedGateway({
      clock,
      models: { main: { upstream: 'echo' } },
      traces: { redact: ['(a+)+$'] },
    });
    const trap = `${'a'.repeat(60)}!`;
    const messages = [{ role: 'user', content: `${trap} b` }];
    const asked = performance.now();
    expect((await gateway.chat(ask('main', { messages }))).status).toBe(200);
    expect(performance.now() - asked).toBeLessThan(5_000);
    await gateway.dropped(1, 'store-failed', () => clock.advance(30_000));
    await gateway.chat(ask('main'));
    expect(await only(gateway)).toMatchObject({ question: 'What is it?' });
  });

  it('holds up no answer while it is slow, and has it when it is quick again', async () => {
    const url = await newTraces();
    const { DatabaseSync } = await import('node:sqlite');
    const gateway = await startTracedGateway({ scripts, traces: { url } });
    await gateway.warm();
    const other = new DatabaseSync(url.slice('sqlite:'.length));
    other.exec('begin immediate');
    expect((await gateway.chat(ask('main'))).status).toBe(200);
    expect(await (await gateway.api()).json()).toEqual({ data: [], next: null });
    other.exec('commit');
    other.close();
    expect(await only(gateway)).toMatchObject({ outcome: 'finished' });
  });
});

it('closing writes what was recorded', async () => {
  const url = await newTraces();
  const gateway = await startTracedGateway({ scripts, traces: { url } });
  for (let count = 0; count < 20; count += 1) await gateway.chat(ask('main'));
  await gateway.close();
  const again = await startTracedGateway({ scripts, traces: { url } });
  expect(await again.traces(20)).toHaveLength(20);
});
