import { type Aligner, StreamAlignerError } from '@stream-aligner/core';

/** Stands where an aligner must be named and none is asked: in an answer without rounds. */
export const NOBODY: Aligner = {
  model: 'none',
  open: () =>
    Promise.reject(new StreamAlignerError('internal', 'An answer without rounds asked for an aligner.')),
};
