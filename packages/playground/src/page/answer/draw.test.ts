import { describe, expect, it } from 'vitest';
import { BROKEN_OFF } from '../ask/problem.ts';
import { realEvents } from '../testing/real-events.ts';
import { BLANK, draw, drawAnswer, shownText } from './draw.ts';
import type { AnswerEvent } from './event.ts';
import { markOf } from './sentence.ts';
import { endWords, howOf } from './words.ts';

const TEXT = 'One stands. Two is wrong.\n\nThree stands. Four ends it.';
const better = { 'Two is wrong.': 'Two is right.' };

/** What stands in the page, a sentence a line, each behind its mark. */
function shown(events: readonly AnswerEvent[]): string[] {
  const drawing = drawAnswer(events);
  return drawing.sentences.map((sentence) => `${markOf(sentence)} ${shownText(drawing, sentence).text}`);
}

describe('an answer', () => {
  it('is drawn as kept and rewritten sentences', async () => {
    const events = await realEvents({ text: TEXT, better });
    expect(shown(events)).toEqual([
      'kept One stands.',
      'rewritten Two is right.',
      'kept Three stands.',
      'kept Four ends it.',
    ]);
    const { sentences, incidents, end, counts } = drawAnswer(events);
    expect(sentences[1]).toMatchObject({ round: 2, draft: 'Two is wrong.' });
    expect(incidents.map(({ type }) => type)).toEqual(['upstream-restarted']);
    expect(end).toEqual({ type: 'finished', reason: 'stop', cause: 'upstream' });
    expect(counts).toMatchObject({ kept: 3, rewritten: 1 });
  });

  it.each([
    {},
    { better },
    { better, rounds: 1 },
    { better, rounds: 2, then: 'stop' },
    { better, mode: 'shadow' },
    { better, lookahead: 0 },
    { better: { 'Two is wrong.': '' }, allowDelete: true },
    { failing: ['Three stands.'], onAlignerFailure: 'pass' },
    { failing: ['Three stands.'] },
    { better, params: { stop: ['stands. F'] } },
    { better, params: { stop: ['right'] } },
  ] as const)('shows exactly what was sent, with %j', async (options) => {
    const events = await realEvents({ text: TEXT, ...options } as Parameters<typeof realEvents>[0]);
    const drawing = drawAnswer(events);
    const pieces = drawing.sentences.map((sentence) => Object.values(shownText(drawing, sentence)).join(''));
    expect(pieces.join('')).toBe(events.map(({ sent }) => sent).join(''));
    expect(pieces.join('')).not.toBe('');
  });

  it('shows the draft that is due, until there is a word on it', async () => {
    const events = await realEvents({ text: TEXT, better });
    const seen = events.findIndex((event) => event.type === 'draft-seen' && event.round === 2);
    expect(drawAnswer(events.slice(0, seen + 1)).due?.draft).toBe('Two is wrong.');
    expect(drawAnswer(events.slice(0, seen + 2)).due).toBeNull();
  });

  it('shows in shadow mode what would be rewritten', async () => {
    const events = await realEvents({ text: TEXT, better, mode: 'shadow' });
    expect(shown(events)).toEqual([
      'kept One stands.',
      'proposed Two is wrong.',
      'kept Three stands.',
      'kept Four ends it.',
    ]);
    expect(drawAnswer(events).sentences[1]?.verdict?.text).toBe('Two is right.');
  });

  it('marks what no aligner accepted, and says why', async () => {
    const passed = await realEvents({ text: TEXT, failing: ['Three stands.'], onAlignerFailure: 'pass' });
    expect(shown(passed)[2]).toBe('failed Three stands.');
    expect(howOf(drawAnswer(passed).sentences[2] ?? expect.fail())).toBe('the draft was passed on');
    const free = await realEvents({ text: TEXT, rounds: 1 });
    expect(shown(free)).toEqual(['kept One stands.', 'passed  Two is wrong.\n\nThree stands. Four ends it.']);
  });

  it('that was blocked shows the draft that was withheld, and is not finished', async () => {
    const events = await realEvents({ text: TEXT, failing: ['Three stands.'] });
    const drawing = drawAnswer(events);
    expect(drawing.sentences.map(markOf)).toEqual(['kept', 'kept', 'withheld']);
    expect(drawing.sentences[2]).toMatchObject({ draft: 'Three stands.', error: { code: 'aligner-failed' } });
    expect(drawing.sent).toBe('One stands. Two is wrong.');
    expect(drawing.end?.type).toBe('failed');
    expect(endWords(drawing)).toMatch(/^Not finished\./);
  });

  it('shows a deleted sentence as one', async () => {
    const deleting = { better: { 'Two is wrong.': '' }, allowDelete: true };
    const events = await realEvents({ text: TEXT, ...deleting });
    expect(shown(events)[1]).toBe('deleted ');
  });
});

describe('an answer that does not end well', () => {
  it('never looks finished', async () => {
    const [first, second] = await realEvents({ text: TEXT });
    const half = [first, second].filter((event) => event !== undefined);
    const ends = [{ type: 'broken', problem: BROKEN_OFF }, { type: 'stopped' }] as const;
    for (const end of ends) {
      const drawing = drawAnswer([...half, end]);
      expect(drawing.end?.type).toBe(end.type);
      expect(drawing.due).toBeNull();
      expect(endWords(drawing)).toMatch(/^Not finished/);
    }
    expect(endWords(drawAnswer(half))).toMatch(/being written/);
  });

  it('keeps to the first of its ends', async () => {
    const events = await realEvents({ text: TEXT });
    const drawing = drawAnswer([...events, { type: 'stream-end' }, { type: 'broken', problem: BROKEN_OFF }]);
    expect(drawing.end).toEqual({ type: 'finished', reason: 'stop', cause: 'upstream' });
  });
});

it('draws text without a trace as what it is', () => {
  const events: AnswerEvent[] = [
    { type: 'untraced-text', text: 'Some ' },
    { type: 'untraced-text', text: 'words.' },
    { type: 'stream-end' },
  ];
  expect(shown(events)).toEqual(['passed Some words.']);
  expect(drawAnswer(events).end).toMatchObject({ type: 'finished' });
});

it('collects reasoning and calls of tools', () => {
  const stamp = { at: 1, sent: '' };
  const call = (index: number, name?: string, text?: string): AnswerEvent => ({
    ...stamp,
    type: 'tool-call-delta',
    delta: { index, function: { ...(name && { name }), ...(text && { arguments: text }) } },
  });
  const events: AnswerEvent[] = [
    { ...stamp, type: 'reasoning-delta', text: 'Let me ' },
    { ...stamp, type: 'reasoning-delta', text: 'see.' },
    call(0, 'look', '{"a"'),
    call(0, undefined, ':1}'),
    call(900_000, 'again', '{}'),
  ];
  const drawing = events.reduce(draw, BLANK);
  expect(drawing.reasoning).toBe('Let me see.');
  expect(drawing.toolCalls).toEqual([
    { name: 'look', arguments: '{"a":1}' },
    { name: 'again', arguments: '{}' },
  ]);
});
