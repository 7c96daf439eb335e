export { type Share, shareOf } from './statistics/wilson.ts';
export { type Mean, meanOf, netWinRate } from './statistics/bootstrap.ts';
export type { GenerateOptions, Score, World } from './worlds/world.ts';
export { type Task, tasksOf, type WorldName, worldNamed, worldNames } from './worlds/worlds.ts';
export * from './data/index.ts';
export { type Agreement, agreementOf } from './statistics/agreement.ts';
export type { JudgeModel } from './judge/ask-judge.ts';
export {
  type AnswerClassifier,
  type ClassifierQuestion,
  createAnswerClassifier,
  type Labelling,
} from './judge/classify-answer.ts';
export { reportComparisons } from './judge/comparison-report.ts';
export { CRITERIA, type Criteria, readCriteria } from './judge/criteria.ts';
export { agreementWithChecker, type JudgedAndChecked } from './judge/judge-and-checker.ts';
export {
  type Choice,
  type Comparison,
  createPairwiseJudge,
  type PairwiseJudge,
  type PairwiseJudgeOptions,
  type PairwiseQuestion,
} from './judge/pairwise.ts';
export {
  createScoreModel,
  type ScoreModel,
  type ScoreModelOptions,
  type ScorePath,
  scorePaths,
} from './judge/score-model.ts';
export { createComparer } from './eval/comparer.ts';
export { openOverRefusalTask } from './eval/tasks/over-refusal-task.ts';
export { openPromptsTask } from './eval/tasks/prompts-task.ts';
export type { FileTaskOptions } from './eval/tasks/row-task.ts';
export { openTruthfulnessTask } from './eval/tasks/truthfulness-task.ts';
export { type ScoreModels, withScores } from './eval/tasks/with-scores.ts';
export { equalAnswers } from './maths/equal.ts';
export { extractAnswer } from './maths/extract.ts';
export { type MathsExample, type MathsTaskOptions, openMathsTask } from './eval/tasks/maths-task.ts';
export * from './eval/index.ts';
export { VERSION } from './data/version.ts';
export { type ReportOptions, writeReport, type WrittenReport } from './report/write-report.ts';
