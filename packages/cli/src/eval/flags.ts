import type { Rounds, Then } from '@stream-aligner/lab';

/** What `eval run` is told. */
export interface EvalFlags {
  out: string;
  config?: string;
  task: string[];
  field?: string;
  count: number;
  worldSeed?: number;
  limit?: number;
  upstream?: string;
  aligner?: string;
  rounds: Rounds[];
  then: Then[];
  full?: string;
  bestOf?: number;
  rankBy: string;
  selfCritique?: boolean;
  judge?: string;
  criterion?: string[];
  reward?: string;
  cost?: string;
  temperature: number;
  maxTokens: number;
  seed: number;
  concurrency: number;
  json?: boolean;
  color: boolean;
}
