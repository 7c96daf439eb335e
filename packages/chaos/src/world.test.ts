import { segmentText } from '@stream-aligner/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnswerRules, expectedAnswer } from './oracle.ts';
import { drawSchedule } from './schedule.ts';
import { createWorld, tagsOf, type WorldSpec } from './world.ts';

const world = fc.record<WorldSpec>({
  seed: fc.nat(),
  units: fc.integer({ min: 1, max: 15 }),
  rewritePercent: fc.constantFrom(0, 30, 100),
  reason: fc.constantFrom('stop', 'length', 'content_filter'),
  tail: fc.constantFrom('', '\n', '\r\n\r\n'),
});
const all: AnswerRules = { rounds: 'all', then: 'continue' };

describe('the scripted models', () => {
  it('write sentences that are one segment each', () => {
    fc.assert(
      fc.property(world, (spec) => {
        const models = createWorld(spec);
        const sentences = segmentText(models.continueFrom('') ?? '').filter(({ text }) => text.trim() !== '');
        expect(sentences.map(({ text }) => tagsOf(text).length)).toEqual(
          Array.from({ length: spec.units }, () => 1),
        );
      }),
    );
  });

  it('go on from any point of their own text as if they had not been interrupted', () => {
    fc.assert(
      fc.property(world, fc.nat({ max: 3 }), fc.nat(), (spec, rounds, at) => {
        const models = createWorld(spec);
        const judged = rounds === 0 ? '' : expectedAnswer(models, { rounds, then: 'stop' }).text;
        const rest = models.continueFrom(judged) ?? '';
        const written = at % (rest.length + 1);
        expect(models.continueFrom(judged + rest.slice(0, written))).toBe(rest.slice(written));
      }),
    );
  });

  it('know no text that they did not write', () => {
    const models = createWorld({ seed: 1, units: 5, rewritePercent: 30, reason: 'stop', tail: '' });
    const { text } = expectedAnswer(models, all);
    expect(models.continueFrom(text)).toBe('');
    expect(models.continueFrom(`${text}${text}`)).toBeUndefined();
    expect(models.continueFrom(text.slice(3))).toBeUndefined();
    expect(models.continueFrom('Something else.')).toBeUndefined();
  });
});

describe('the expected answer', () => {
  it('holds a rewrite for every draft that is rewritten, and the drafts that are passed', () => {
    const models = createWorld({ seed: 7, units: 6, rewritePercent: 100, reason: 'stop', tail: '\n' });
    const capitals = (text: string) => tagsOf(text).map((tag) => /[A-Z]$/.test(tag));
    expect(capitals(expectedAnswer(models, all).text)).toEqual(Array.from({ length: 6 }, () => true));
    const passed = expectedAnswer(models, all, (draft) => draft.includes('Q02')).text;
    expect(capitals(passed)).toEqual([true, true, false, true, true, true]);
    expect(capitals(expectedAnswer(models, { rounds: 2, then: 'stop' }).text)).toEqual([true, true]);
    const freed = expectedAnswer(models, { rounds: 2, then: 'continue' }).text;
    expect(capitals(freed)).toEqual([true, true, false, false, false, false]);
  });
});

it('a schedule is a function of its seed and number', () => {
  expect(drawSchedule(3, 14)).toEqual(drawSchedule(3, 14));
  expect(drawSchedule(3, 14)).not.toEqual(drawSchedule(4, 14));
});
