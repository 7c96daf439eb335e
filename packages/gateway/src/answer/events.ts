import type { AlignEvent } from '@stream-aligner/core';

export type FinishedEvent = Extract<AlignEvent, { type: 'answer-finished' }>;
export type FailedEvent = Extract<AlignEvent, { type: 'answer-failed' | 'answer-aborted' }>;
