export { type Share, shareOf } from './statistics/wilson.ts';
export { answerIn, dueSentence, isRight } from './worlds/sums/check.ts';
export { FLAW_RATE, type GenerateOptions, generateProblems } from './worlds/sums/generate.ts';
export type { Family, Flaw, Problem, Step } from './worlds/sums/problem.ts';
export { answerOf, tellSolution } from './worlds/sums/solve.ts';
