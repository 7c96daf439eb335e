import type { Improvement, Prefixes, SplitShares } from '@stream-aligner/lab';

/** What `data build` is told. */
export interface BuildFlags {
  out: string;
  /** Where traces are whose feedback is the data; absent: answers are made. */
  fromTraces?: string;
  config?: string;
  upstream?: string[];
  annotator?: string;
  field?: string;
  world?: 'sums' | 'manners';
  worldSplit: 'train' | 'test';
  worldCount: number;
  worldSeed?: number;
  worldInvented?: number;
  worldSeenOnly?: boolean;
  prefixes: Prefixes | 'both';
  samples?: number;
  temperature: number[];
  seed: number;
  maxTokens: number;
  limit?: number;
  concurrency?: number;
  /** The Redis whose workers make the answers; absent: this process does. */
  queue?: string;
  giveUpAfter?: number;
  retryFailures?: boolean;
  finishOnly?: boolean;
  split: SplitShares;
  balance?: number;
  improvement: Improvement;
  judge?: string;
  criterion?: string;
  maxGrowth: number;
  json?: boolean;
}
