import { describe, expect, it } from 'vitest';
import { judgeAnswer } from './judge.ts';
import type { Observation } from './observation.ts';
import { expectedAnswer } from './oracle.ts';
import { readChat } from './read-chat.ts';
import { readResponses } from './read-responses.ts';
import { createWorld } from './world.ts';

const world = createWorld({ seed: 5, units: 4, rewritePercent: 50, reason: 'stop', tail: '' });
const rules = { rounds: 'all', then: 'continue' } as const;
const { text } = expectedAnswer(world, rules);
const drafts = world.continueFrom('') ?? '';

function kinds(seen: Partial<Observation>, more: { upstreamFinished?: boolean; pass?: boolean } = {}) {
  const observation: Observation = {
    outcome: 'finished',
    text,
    reason: 'stop',
    torn: false,
    contradictions: [],
    ...seen,
  };
  const onAlignerFailure = more.pass ? 'pass' : 'block';
  const { upstreamFinished = true } = more;
  return judgeAnswer({ world, rules, onAlignerFailure, observation, upstreamFinished }).map(
    ({ kind }) => kind,
  );
}

describe('an answer is judged', () => {
  it.each([
    ['whole', {}, []],
    ['failed on its way', { outcome: 'failed', text: text.slice(0, 40), reason: null }, []],
    ['left on its way', { outcome: 'left', text: '', reason: null }, []],
    ['short', { text: text.slice(0, -20) }, ['lost']],
    ['without its middle', { text: text.slice(0, 20) + text.slice(60) }, ['lost']],
    ['without its middle, failed', { outcome: 'failed', text: text.slice(0, 20) + text.slice(60) }, ['lost']],
    ['with a part said twice', { text: text.slice(0, 70) + text.slice(30) }, ['doubled']],
    ['in half characters', { torn: true }, ['lost']],
    ['said twice', { text: text + text }, ['doubled']],
    ['of drafts', { text: drafts }, ['leaked']],
    ['of drafts, failed', { outcome: 'failed', text: drafts.slice(0, -5), reason: null }, ['leaked']],
    ['with words of nobody', { text: `${text} And more.` }, ['leaked']],
    ['ended without a word', { outcome: 'silent', reason: null }, ['falseFinishes']],
    ['ended for another reason', { reason: 'length' }, ['falseFinishes']],
    ['never ended', { outcome: 'overtime', text: '', reason: null }, ['overtime']],
    ['with contradictions', { contradictions: ['an error with a finish'] }, ['falseFinishes']],
  ] as const)('%s', (_name, seen, found) => {
    expect(kinds(seen)).toEqual(found);
  });

  it('a finish that no upstream sent is none', () => {
    expect(kinds({}, { upstreamFinished: false })).toEqual(['falseFinishes']);
  });

  it('drafts may go out where the policy says so', () => {
    expect(kinds({ text: drafts }, { pass: true })).toEqual([]);
    expect(kinds({ text: drafts.slice(0, -10) }, { pass: true })).toEqual(['lost']);
  });
});

const streamed = (body: string) => ({
  status: 200,
  contentType: 'text/event-stream',
  body,
  end: 'clean' as const,
  ms: 0,
});
const chunk = (content: string | null, reason: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: content === null ? {} : { content }, finish_reason: reason }] })}\n\n`;
const error = 'data: {"error":{"message":"It broke.","type":"upstream_error"}}\n\n';
const done = 'data: [DONE]\n\n';

describe('a reply is read', () => {
  it.each([
    [chunk('Hi.') + chunk(null, 'stop') + done, 'stop', false, 0],
    [`: keep-alive\n\n${chunk('Hi.')}${error}`, null, true, 0],
    [chunk('Hi.') + error + done, null, true, 2],
    [chunk('Hi.') + chunk(null, 'stop') + error, 'stop', true, 1],
    [chunk('Hi.') + chunk(null, 'stop'), 'stop', false, 1],
    [chunk('Hi.') + done, null, false, 1],
    [`data: {"cho\n\n${chunk('Hi.')}`, null, false, 1],
  ])('of chat completions: %j', (body, reason, failed, faults) => {
    const told = readChat(streamed(body));
    expect(told).toMatchObject({ text: 'Hi.', reason, failed });
    expect(told.contradictions).toHaveLength(faults);
  });

  it('with half characters', () => {
    const half = JSON.stringify({ choices: [{ delta: { content: '👍'.slice(0, 1) } }] });
    expect(readChat(streamed(`data: ${half}\n\n`)).torn).toBe(true);
  });

  it('of chat completions, plain', () => {
    const plain = (status: number, body: unknown) =>
      readChat({ ...streamed(JSON.stringify(body)), status, contentType: 'application/json' });
    const choices = [{ message: { content: 'Hi.' }, finish_reason: 'stop' }];
    expect(plain(200, { choices })).toMatchObject({ text: 'Hi.', reason: 'stop', contradictions: [] });
    expect(plain(502, { error: { message: 'It broke.', type: 'upstream_error' } })).toMatchObject({
      failed: true,
      contradictions: [],
    });
    expect(plain(502, { choices }).contradictions).toHaveLength(2);
  });

  it('of responses', () => {
    const response = (status: string, said = 'Hi.') => ({
      status,
      output: [{ type: 'message', content: [{ type: 'output_text', text: said }] }],
    });
    const events = (...list: [string, object][]) =>
      list
        .map(
          ([type, fields], index) =>
            `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: index, ...fields })}\n\n`,
        )
        .join('');
    const delta = ['response.output_text.delta', { delta: 'Hi.' }] as [string, object];
    const read = (...list: [string, object][]) => readResponses(streamed(events(...list)));
    expect(read(delta, ['response.completed', { response: response('completed') }])).toEqual({
      text: 'Hi.',
      reason: 'stop',
      failed: false,
      torn: false,
      contradictions: [],
    });
    expect(read(delta, ['response.failed', { response: response('failed') }])).toMatchObject({
      reason: null,
      failed: true,
      contradictions: [],
    });
    const faultsOf = (...list: [string, object][]) => read(...list).contradictions.length;
    expect(faultsOf(delta, ['response.completed', { response: response('failed') }])).toBe(1);
    expect(faultsOf(delta, ['response.completed', { response: response('completed', 'Ho.') }])).toBe(1);
    expect(faultsOf(['response.failed', {}], delta)).toBe(1);
  });
});
