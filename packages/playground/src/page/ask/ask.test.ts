import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { drawAnswer } from '../answer/draw.ts';
import type { AnswerEvent } from '../answer/event.ts';
import { realEvents } from '../testing/real-events.ts';
import { type AskRequest, ask } from './ask.ts';

const request: AskRequest = {
  model: 'm',
  messages: [{ role: 'user', content: 'What is it?' }],
  options: { rounds: 2 },
  trace: true,
};

/** A server that answers in its own way, and the bodies it was sent. */
async function serving(answer: (response: ServerResponse) => void) {
  const bodies: string[] = [];
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (part: string) => (body += part));
    incoming.on('end', () => {
      bodies.push(body);
      answer(response);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

async function all(origin: string, signal = new AbortController().signal): Promise<AnswerEvent[]> {
  const events: AnswerEvent[] = [];
  for await (const event of ask(request, { origin, signal })) events.push(event);
  return events;
}

const frame = (body: unknown) => `data: ${JSON.stringify(body)}\n\n`;
const traced = (event: AnswerEvent, content = '') =>
  frame({ choices: [{ delta: { content } }], stream_aligner: { events: [event] } });

it('gives the events of an answer as they are, however the bytes are cut', async () => {
  const events = await realEvents({ text: 'One stands. Zwei 𝒳 später.' });
  const bytes = Buffer.from(
    `: keep-alive\n\n${events.map((event) => traced(event, event.sent)).join('')}data: [DONE]\n\n`,
  );
  const { origin, bodies } = await serving((response) => {
    for (let from = 0; from < bytes.length; from += 7) response.write(bytes.subarray(from, from + 7));
    response.end();
  });
  expect(await all(origin)).toEqual([...events, { type: 'stream-end' }]);
  expect(JSON.parse(bodies[0] ?? '')).toEqual({
    model: 'm',
    stream: true,
    messages: request.messages,
    stream_aligner: { trace: true, rounds: 2 },
  });
});

it('gives the text of an answer that is not traced', async () => {
  const { origin } = await serving((response) => {
    response.end(`${frame({ choices: [{ delta: { content: 'Text.' } }] })}data: [DONE]\n\n`);
  });
  expect(await all(origin)).toEqual([{ type: 'untraced-text', text: 'Text.' }, { type: 'stream-end' }]);
});

it('gives an envelope of the gateway in its own words', async () => {
  const { origin } = await serving((response) => {
    response.writeHead(429, { 'content-type': 'application/json' });
    response.end('{"error": {"message": "Come back later.", "code": "overloaded"}}');
  });
  const problem = { message: 'Come back later.', code: 'overloaded', status: 429 };
  expect(await all(origin)).toEqual([{ type: 'broken', problem: expect.objectContaining(problem) }]);
});

it.each<[string, (response: ServerResponse) => void, string]>([
  ['ends without its end', (response) => response.end(frame({ choices: [] })), 'The connection broke'],
  [
    'is cut',
    (response) => response.write(frame({ choices: [] }), () => response.destroy()),
    'The connection broke',
  ],
  ['is garbage', (response) => response.end('data: {"choices\n\n'), 'The connection broke'],
  [
    'says that it failed',
    (response) => response.end(frame({ error: { message: 'It failed.', code: 'upstream-failed' } })),
    'The upstream failed',
  ],
])('says what happened to a stream that %s', async (_, answer, title) => {
  const { origin } = await serving(answer);
  const events = await all(origin);
  expect(events.at(-1)).toEqual({ type: 'broken', problem: expect.objectContaining({ title }) });
  expect(drawAnswer(events).end?.type).toBe('broken');
});

it('says that nobody is there', async () => {
  const { origin } = await serving((response) => response.destroy());
  const [event] = await all(origin);
  expect(event).toMatchObject({ type: 'broken', problem: { title: 'The gateway cannot be reached' } });
});

it('ends as stopped when it is stopped, and leaves the server', async () => {
  const left = Promise.withResolvers<void>();
  const controller = new AbortController();
  const { origin } = await serving((response) => {
    response.once('close', () => left.resolve());
    response.write(frame({ choices: [{ delta: { content: 'Text.' } }] }));
  });
  const events: AnswerEvent[] = [];
  for await (const event of ask(request, { origin, signal: controller.signal })) {
    events.push(event);
    controller.abort();
  }
  expect(events.map(({ type }) => type)).toEqual(['untraced-text', 'stopped']);
  await left.promise;
});
