export { type Share, shareOf } from './statistics/wilson.ts';
export { type Mean, meanOf, netWinRate } from './statistics/bootstrap.ts';
export type { GenerateOptions, Score, World } from './worlds/world.ts';
export { type Task, tasksOf, type WorldName, worldNamed, worldNames } from './worlds/worlds.ts';
export * from './data/index.ts';
export { type ComparisonReport, reportComparisons } from './judge/comparison-report.ts';
export {
  type Choice,
  type Comparison,
  createPairwiseJudge,
  type PairwiseJudge,
  type PairwiseJudgeOptions,
  type PairwiseQuestion,
} from './judge/pairwise.ts';
