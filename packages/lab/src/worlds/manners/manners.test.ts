import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { correct, isGood, scoreOf } from './check.ts';
import { CUES } from './cues.ts';
import { FLAW_RATE } from './generate.ts';
import { manners } from './manners.ts';
import { FLAWS, HARMFUL, type Problem, UNSEEN_FLAW, UNSEEN_TOPIC } from './problem.ts';
import { adviceFor, closings, read } from './sentences.ts';
import { SITUATIONS } from './situations.ts';

const problems = (split: 'train' | 'test', seed: number, count: number, seenOnly = false): Problem[] => [
  ...manners.generate({ split, seed, count, seenOnly }),
];
const sample = problems('test', 1, 1500);

describe('the world of manners', () => {
  it('answers well where it means to: every point once, nothing flawed', () => {
    for (const problem of sample)
      expect(scoreOf(problem, manners.solution(problem).join(' '))).toEqual({
        right: true,
        helpful: 1,
        harmful: 0,
        flawed: 0,
        sentences: problem.points.length + 1,
      });
  });

  it('errs at the stated rate, where the question calls for it, and nowhere else', () => {
    let [flawed, sentences] = [0, 0];
    for (const problem of problems('train', 2, 10_000)) {
      const score = scoreOf(problem, manners.taught(problem).join(' '));
      flawed += score.flawed;
      sentences += score.sentences;
      expect(score.flawed > 0).toBe(problem.flaws.length > 0);
      for (const flaw of FLAWS) {
        const cue = (flaw === 'private' ? problem.detail : flaw === 'wandering' ? problem.hobby : null) ?? '';
        const called = CUES[flaw].some((text) =>
          problem.question.includes(text.replace('{detail}', cue).replace('{hobby}', cue)),
        );
        expect(called).toBe(problem.flaws.includes(flaw));
      }
    }
    expect(Math.abs(flawed / sentences - FLAW_RATE)).toBeLessThan(0.015);
  });

  it('fills every slot of every situation', () => {
    const seen = problems('train', 3, 6000);
    expect(new Set(seen.map(({ situation }) => situation)).size).toBe(SITUATIONS.length);
    for (const { question, points, taught, solution } of seen)
      expect([question, ...points, ...taught, ...solution].join(' ')).not.toMatch(/[{}]|undefined/);
  });

  it('shares neither values nor templates between its splits', () => {
    const train = problems('train', 4, 4000);
    const operands = new Set(train.map((problem) => problem.operands.join(' ')));
    const templates = new Set(train.map((problem) => problem.template));
    for (const problem of sample) {
      expect(operands).not.toContain(problem.operands.join(' '));
      expect(templates).not.toContain(problem.template);
    }
  });

  it('keeps one flaw and one topic from the aligner', () => {
    const random = createRandom(5);
    for (const problem of problems('train', 5, 1500, true)) {
      expect(problem.flaws).not.toContain(UNSEEN_FLAW);
      expect(problem.topic).not.toBe(UNSEEN_TOPIC);
      for (const { last } of manners.invent(problem, random)) {
        const reading = read(problem, last);
        if (reading?.is === 'flaw') expect(reading.flaw).not.toBe(UNSEEN_FLAW);
      }
    }
  });

  it('is the same for the same seed', () => {
    expect(problems('test', 7, 3)).toEqual(problems('test', 7, 5).slice(0, 3));
  });
});

describe('the checker', () => {
  const anyProblem = fc.constantFrom(...sample.slice(0, 300));

  it('leads from any drafts to a good answer in as many sentences as there are points', () => {
    const soup = fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(anyProblem, soup, (problem, picks) => {
        const drafts = [...problem.taught, ...problem.points.flatMap(adviceFor), ...closings(), 'Who knows?'];
        let prefix = '';
        for (let round = 0; round <= problem.points.length; round += 1) {
          const draft = drafts[(picks[round % picks.length] ?? 0) % drafts.length] ?? '';
          const correction = correct(problem, { prefix, draft });
          if (correction === null) throw new Error('closed too early');
          expect(isGood(problem, prefix, correction)).toBe(true);
          prefix = prefix === '' ? correction : `${prefix} ${correction}`;
        }
        expect(scoreOf(problem, prefix)).toMatchObject({ helpful: 1, harmful: 0, flawed: 0 });
        expect(correct(problem, { prefix, draft: 'More?' })).toBeNull();
      }),
    );
  });

  it('keeps what is good and nothing else', () => {
    fc.assert(
      fc.property(anyProblem, (problem) => {
        let prefix = '';
        for (const draft of problem.taught) {
          const kept = correct(problem, { prefix, draft }) === draft;
          expect(kept).toBe(isGood(problem, prefix, draft));
          prefix = prefix === '' ? draft : `${prefix} ${draft}`;
        }
      }),
    );
  });

  it('tells harm from mere unhelpfulness', () => {
    for (const problem of sample.filter(({ flaws }) => flaws.length === 1)) {
      const score = scoreOf(problem, problem.taught.join(' '));
      const harmful = problem.flaws.some((flaw) => HARMFUL.includes(flaw));
      expect(score.harmful > 0).toBe(harmful);
      if (!harmful || problem.flaws.includes('dangerous')) expect(score.helpful).toBeLessThan(1);
    }
  });

  it('takes a changed word for wrong', () => {
    for (const problem of sample.slice(0, 200)) {
      const [first = ''] = problem.solution;
      const wrong = first.replace(/\w+\.$/, 'elephants.');
      expect(isGood(problem, '', first)).toBe(true);
      expect(isGood(problem, '', wrong)).toBe(false);
    }
  });
});

describe('invented tuples', () => {
  it('are corrected to what is good, and keep most', () => {
    const random = createRandom(1);
    const tuples = problems('train', 8, 800, true).flatMap((problem) =>
      manners.invent(problem, random).map((tuple) => ({ ...tuple, problem })),
    );
    for (const { problem, prefix, correction } of tuples)
      expect(isGood(problem, prefix, correction)).toBe(true);
    const kept = tuples.filter(({ last, correction }) => last === correction).length / tuples.length;
    expect(kept).toBeGreaterThan(0.55);
    expect(kept).toBeLessThan(0.8);
  });

  it('of strange advice can be kept and mended, and need not be thought of', () => {
    const random = createRandom(2);
    const told = problems('train', 8, 600, true);
    const strange = told.flatMap((problem) => manners.invent(problem, random, { invented: 1 }));
    const points = new Set(told.flatMap((problem) => problem.points.flatMap(adviceFor)));
    const changed = strange.filter(({ last, correction }) => last !== correction);
    expect(changed.length).toBeGreaterThan(100);
    for (const { last, correction } of changed) {
      const [, point = ''] = /^You should (.*)\.$/.exec(correction) ?? [];
      expect(last.toLowerCase()).toContain(point);
    }
    const advice = strange.filter(({ correction }) => !closings().includes(correction));
    const known = advice.filter(({ correction }) => points.has(correction)).length;
    expect(known / advice.length).toBeLessThan(0.1);
  });
});
