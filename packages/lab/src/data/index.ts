export { type Annotator, checkedBy, checkerAnnotator, modelAnnotator } from './answers/annotator.ts';
export {
  type AnswerRecord,
  type AnswerTuple,
  type JudgedSentence,
  type TokenUse,
  tuplesOf,
} from './answers/answer-record.ts';
export { readAnswers } from './answers/read-answers.ts';
export { runAnswer, type RunAnswerOptions } from './answers/run-answer.ts';
export { createRunner, type OpenUpstream } from './answers/runner.ts';
export type { Tally } from './answers/tally.ts';
export { type AnswerTask, type Plan, planTasks, type TaskItem } from './answers/task.ts';
export { type BuildOptions, buildAnswers } from './build.ts';
export { describeBuild, joinSources, type ModelDescription } from './describe-build.ts';
export type { Improvement } from './finish/belief.ts';
export { type Dropped, finishData, type FinishOptions, type FinishReport } from './finish/finish.ts';
export { judgeRewrites, type JudgeRewritesOptions, type JudgingTally } from './finish/judgements.ts';
export { SPLITS, type SplitName, type SplitShares } from './finish/split.ts';
export type { FailureRecord } from './folder/build-state.ts';
export { FILES } from './folder/files.ts';
export type { Manifest } from '../folder/manifest.ts';
export { type WholeFile, writeWhole } from '../folder/write-whole.ts';
export { hash64 } from './hash.ts';
export { openFileSource } from './prompts/file-source.ts';
export { readRow } from './prompts/layouts.ts';
export type { Prompt, PromptSource, SourceItem } from './prompts/source.ts';
export { openWorldSource } from './prompts/world-source.ts';
export {
  EXPORT_LAYOUTS,
  type ExportCounts,
  type ExportLayout,
  exportTuples,
} from './export/export-tuples.ts';
export { importRows, type ImportOptions, type ImportResult } from './import/import-rows.ts';
export { IMPORT_LAYOUTS, type ImportLayout } from './import/layouts.ts';
export { LEAST_SIMILARITY, sentenceTuples } from './import/sentence-tuples.ts';
export { readTuples, type ReadTuple, tupleFiles, type TupleRow } from './read-tuples.ts';
export { diffWords, type DiffPart } from './show/diff-words.ts';
export { samplePage } from './show/page.ts';
export { type RowFilter, type Sample, type SampleOptions, sampleTuples } from './show/sample.ts';
export { buildFromTraces, type TracesTally } from './traces/build-from-traces.ts';
export { dataStats, type DataStats, type Group } from './stats/data-stats.ts';
export {
  isKeep,
  type Prefixes,
  type Provenance,
  type Served,
  type Tuple,
  type TupleRecord,
} from './tuple.ts';
