/** What all our keys in Redis begin with; of a queue too, whose name is its build's id. */
export const PREFIX = 'stream-aligner';

export const KEYS = {
  /** A hash: build id → what its workers need, as JSON. */
  builds: `${PREFIX}:builds`,
  /** A set of the names of a build's workers, some of which may be gone. */
  workers: (build: string) => `${PREFIX}:workers:${build}`,
  /** What one worker says of itself, as JSON; it expires when the worker says nothing more. */
  worker: (build: string, name: string) => `${PREFIX}:workers:${build}:${name}`,
} as const;

export const isBuildId = (text: string) => /^[0-9a-f]{16}$/.test(text);

/** The name of an answer's job. Some ids are all digits, which BullMQ takes for its own and refuses. */
export const jobIdOf = (answer: string) => `answer-${answer}`;

export const answerOf = (jobId: string) => jobId.slice(jobIdOf('').length);
