export type {
  AnswerCost,
  ExampleResult,
  MethodAnswer,
  ModelStamp,
  RunStamp,
  SentenceResult,
} from './result.ts';
export type {
  CostSummary,
  EvalSummary,
  Interval,
  JudgedSummary,
  MethodSummary,
  PairedSummary,
  TaskSummary,
} from './summary.ts';
export { createBestOfN, createCopyRanker, type Ranker } from './methods/best-of-n.ts';
export { createFullMethod } from './methods/full.ts';
export type { Asked, Method, MethodResult } from './methods/method.ts';
export { createSelfCritique } from './methods/self-critique.ts';
export { createStreamMethod, type Rounds, streamName, type Then } from './methods/stream.ts';
export type { Compare } from './run/measure.ts';
export { RUN_FILES } from './run/files.ts';
export { runEval, type RunEvalOptions, type RunProgress } from './run/run-eval.ts';
export type { RunFailure } from './run/run-state.ts';
export { summariseTask } from './summarise.ts';
export type { EvalTask, Example, ExampleItem, Metric } from './tasks/task.ts';
export { openWorldTask } from './tasks/world-task.ts';
export { writeSummary } from './write-summary.ts';
