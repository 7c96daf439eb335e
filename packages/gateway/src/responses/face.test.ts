import type { AlignEvent, AnswerCounts, FinishReason } from '@stream-aligner/core';
import fc from 'fast-check';
import OpenAI from 'openai';
import { expect, it } from 'vitest';
import type { FailedEvent, FinishedEvent } from '../answer/events.ts';
import { responsesFace } from './face.ts';

type Told = Exclude<AlignEvent, FailedEvent | FinishedEvent>;

const text = fc.string({ minLength: 1, maxLength: 8 });
const told: fc.Arbitrary<Told> = fc.oneof(
  text.map((sent) => ({ type: 'text-passed' as const, at: 0, sent, text: sent, reason: 'exempt' as const })),
  text.map((thought) => ({ type: 'reasoning-delta' as const, at: 0, sent: '', text: thought })),
  fc
    .record({
      index: fc.nat(2),
      name: fc.option(text),
      given: fc.option(text),
      id: fc.constantFrom('', 'call_a', 'call_b'),
    })
    .map((call) => ({
      type: 'tool-call-delta' as const,
      at: 0,
      sent: '',
      delta: {
        index: call.index,
        id: call.id,
        function: { ...(call.name && { name: call.name }), ...(call.given && { arguments: call.given }) },
      },
    })),
);

function finished(reason: FinishReason): FinishedEvent {
  const counts = { sentTokens: 2, promptTokens: 3 } as AnswerCounts;
  const timings = { firstUpstreamText: null, firstSentText: null };
  return { type: 'answer-finished', at: 0, sent: '', reason, cause: 'upstream', counts, timings };
}

function face(trace: boolean) {
  let ids = 0;
  return responsesFace({
    id: 'resp_1',
    created: 1,
    model: 'main',
    newId: () => `new${(ids += 1)}`,
    trace,
    usage: ({ counts }) => ({ prompt_tokens: 3, completion_tokens: counts.sentTokens, total_tokens: 5 }),
    settings: {
      instructions: null,
      max_output_tokens: null,
      metadata: {},
      parallel_tool_calls: true,
      previous_response_id: null,
      reasoning: { effort: null, summary: null },
      store: false,
      temperature: null,
      text: { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: [],
      top_p: null,
      truncation: 'disabled',
    },
  });
}

/** What the official client, which checks every event against those before it, makes of a stream. */
async function readByClient(stream: string): Promise<OpenAI.Responses.Response> {
  const headers = { 'content-type': 'text/event-stream' };
  const client = new OpenAI({
    apiKey: 'none',
    maxRetries: 0,
    fetch: async () => new Response(stream, { headers }),
  });
  return client.responses.stream({ model: 'main', input: '' }).finalResponse();
}

/** Without what the client adds of its own. */
function asSent(response: object): unknown {
  return JSON.parse(
    JSON.stringify(response, (key, value) =>
      ['output_text', 'output_parsed', 'parsed', 'parsed_arguments', 'stream_aligner'].includes(key)
        ? undefined
        : value,
    ),
  );
}

it('whatever happens in an answer, the client reads the same response from its stream and whole (law 6)', async () => {
  const reason = fc.constantFrom<FinishReason>('stop', 'length', 'content_filter', 'tool_calls');
  await fc.assert(
    fc.asyncProperty(
      fc.array(told, { maxLength: 20 }),
      reason,
      fc.boolean(),
      async (events, reason, trace) => {
        const all = [...events, finished(reason)];
        const writer = face(trace).writer();
        const read = await readByClient(all.map((event) => writer.frames(event)).join(''));
        const collector = face(trace).collector();
        for (const event of all) collector.add(event);
        const whole = collector.reply(finished(reason)) as OpenAI.Responses.Response;
        expect(asSent(read)).toEqual(asSent(whole));
        expect(read.output_text).toBe(all.map(({ sent }) => sent).join(''));
        const thoughts = events.map((event) => (event.type === 'reasoning-delta' ? event.text : '')).join('');
        const items = whole.output.flatMap((item) => (item.type === 'reasoning' ? (item.content ?? []) : []));
        expect(items.map((part) => part.text).join('')).toBe(thoughts);
      },
    ),
    { numRuns: 200 },
  );
});

it('wherever an answer fails, its stream says so last, and nothing in it is said to be complete that was not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(told, { maxLength: 10 }), fc.boolean(), async (events, trace) => {
      const writer = face(trace).writer();
      const stream = events.map((event) => writer.frames(event)).join('') + writer.failure(new Error('x'));
      const read = await readByClient(stream);
      expect(read.status).toBe('failed');
      if (read.output.length > 0) expect(statusOf(read)).toBe('incomplete');
      expect(stream).not.toMatch(/^event: response\.(completed|incomplete)$/m);
      expect(stream.trimEnd().split('\n\n').at(-1)).toMatch(/^event: response\.failed\n/);
    }),
    { numRuns: 100 },
  );
});

function statusOf({ output }: OpenAI.Responses.Response): unknown {
  const last = output.at(-1);
  return last && 'status' in last ? last.status : undefined;
}
