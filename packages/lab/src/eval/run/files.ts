/** The files of a run's folder. */
export const RUN_FILES = {
  manifest: 'eval.json',
  lock: 'eval.lock',
  results: 'results.jsonl',
  failures: 'failures.jsonl',
  summary: 'summary.json',
} as const;
