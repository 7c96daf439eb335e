import { readFileSync } from 'node:fs';
import type { Aligner, Upstream } from '@stream-aligner/core';
import { type Share, shareOf } from '../../statistics/wilson.ts';
import { answerIn } from '../../worlds/sums/check.ts';
import { collect } from '../../eval/collect.ts';
import type { Each } from './measured.ts';

/** Sums written by hand, in other words than the world's. */
export interface HandWritten {
  problems: number;
  raw: Share;
  aligned: Share;
  /** The questions whose aligned answer is wrong. */
  missed: string[];
}

/** Asks the questions of handwritten.json, raw and aligned, at temperature 0. */
export async function evaluateHandWritten(options: {
  upstream: Upstream;
  aligner: Aligner;
  each: Each;
}): Promise<HandWritten> {
  const { each, ...pair } = options;
  const url = new URL('../../../src/worlds/sums/handwritten.json', import.meta.url);
  const questions: { question: string; answer: number }[] = JSON.parse(readFileSync(url, 'utf8'));
  const results = await each(questions, async ({ question, answer }) => {
    const ask = async (rounds: 0 | 'all') => {
      const messages = [{ role: 'user' as const, content: question }];
      const { text } = await collect({
        ...pair,
        rounds,
        messages,
        params: { temperature: 0, maxTokens: 300 },
      });
      return answerIn(text) === answer;
    };
    return { question, raw: await ask(0), aligned: await ask('all') };
  });
  const share = (key: 'raw' | 'aligned') =>
    shareOf(results.filter((result) => result[key]).length, results.length);
  const missed = results.filter(({ aligned }) => !aligned).map(({ question }) => question);
  return { problems: results.length, raw: share('raw'), aligned: share('aligned'), missed };
}
