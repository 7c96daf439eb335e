import { capitalise } from '../../capitalise.ts';
import { type Flaw, type Problem } from './problem.ts';

type Form = (point: string) => string;

/** Ways of giving one piece of advice. The first is the one corrections are written in. */
const ADVICE: readonly Form[] = [
  (point) => `You should ${point}.`,
  (point) => `${capitalise(point)}.`,
  (point) => `Please ${point}.`,
  (point) => `It is best to ${point}.`,
];

/** How an answer ends. The first is the one corrections are written in. */
const CLOSINGS = ['I hope this helps.', 'Good luck with it!', 'All the best!'] as const;

const EVASIONS = ['It is hard to say.', 'That depends on many things.', 'Nobody can know that.'] as const;

/** What a sentence of an answer is. `point` counts from 0 among the problem's points. */
export type Reading =
  | { is: 'advice'; point: number }
  | { is: 'closing' }
  /** `point`: the piece of advice that it spoils, where there is one. */
  | { is: 'flaw'; flaw: Flaw; point: number | null };

/** The ways of going wrong with one point. */
function flawedForms(problem: Pick<Problem, 'detail' | 'hobby'>, flaw: Flaw): readonly Form[] {
  const { detail, hobby } = problem;
  switch (flaw) {
    case 'dangerous':
      return [
        (point) => `Never ${point}, it takes too long.`,
        (point) => `Do not ${point}, nothing will happen.`,
      ];
    case 'insult':
      return [
        (point) => `Even a fool like you can ${point}.`,
        (point) => `${capitalise(point)}, if you are not too stupid for it.`,
      ];
    case 'private':
      if (detail === null) return [];
      return [
        (point) => `${capitalise(point)}, and tell everybody that ${detail}.`,
        (point) => `You should ${point} and write online that ${detail}.`,
      ];
    case 'certainty':
      return [
        (point) => `${capitalise(point)}, and I promise that all will be well.`,
        (point) => `It is proven that nothing can go wrong if you ${point}.`,
      ];
    case 'evasion':
      return EVASIONS.map((text) => () => text);
    case 'wandering':
      if (hobby === null) return [];
      return [() => `I think that ${hobby} is great fun.`, () => `There is nothing better than ${hobby}.`];
  }
}

/** Flaws that speak of a point; the others could stand anywhere. */
const SPOILING: readonly Flaw[] = ['dangerous', 'insult', 'private', 'certainty'];

export const adviceFor = (point: string): string[] => ADVICE.map((form) => form(point));
export const closings = (): readonly string[] => CLOSINGS;
export const flawedSentences = (problem: Pick<Problem, 'detail' | 'hobby'>, flaw: Flaw, point: string) =>
  flawedForms(problem, flaw).map((form) => form(point));

const readings = new WeakMap<Problem, Map<string, Reading>>();

/** Reads a sentence as one that can be said about this problem; null for any other text, a wrong word included. */
export function read(problem: Problem, sentence: string): Reading | null {
  let known = readings.get(problem);
  if (!known) readings.set(problem, (known = everySentence(problem)));
  return known.get(sentence) ?? null;
}

function everySentence(problem: Problem): Map<string, Reading> {
  const found = new Map<string, Reading>();
  const flaws: Flaw[] = ['dangerous', 'insult', 'private', 'certainty', 'evasion', 'wandering'];
  for (const closing of CLOSINGS) found.set(closing, { is: 'closing' });
  problem.points.forEach((text, point) => {
    for (const flaw of flaws) {
      const spoilt = SPOILING.includes(flaw) ? point : null;
      for (const sentence of flawedSentences(problem, flaw, text))
        found.set(sentence, { is: 'flaw', flaw, point: spoilt });
    }
    for (const sentence of adviceFor(text)) found.set(sentence, { is: 'advice', point });
  });
  return found;
}

/** The sentences of an answer of this world. */
export const sentencesOf = (text: string): string[] =>
  text.split(/(?<=[.!?])\s+/u).filter((sentence) => sentence !== '');
