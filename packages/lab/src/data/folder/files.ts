/** The files of a build's folder. */
export const FILES = {
  manifest: 'build.json',
  lock: 'build.lock',
  queue: 'queue.json',
  answers: 'answers.jsonl',
  failures: 'failures.jsonl',
  judgements: 'judgements.jsonl',
  summary: 'summary.json',
} as const;
