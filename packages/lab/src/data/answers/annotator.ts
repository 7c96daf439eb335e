import { type Aligner, StreamAlignerError } from '@stream-aligner/core';
import type { AnyWorld } from '../../worlds/worlds.ts';
import { patiently } from './patient-aligner.ts';
import type { AnswerTask } from './task.ts';

/** Who says what each draft should have been. */
export interface Annotator {
  readonly name: string;
  /** How often a verdict that fails is asked for again. */
  readonly retries: number;
  /** The aligner that judges this answer. */
  alignerFor(task: AnswerTask): Aligner;
  /** Whether a correction is right where it stands. Absent: nobody knows. */
  confirms?(task: AnswerTask, at: { prefix: string; correction: string }): boolean;
}

/**
 * A model as annotator, mostly one that follows a written policy (`instruct`). A server that is busy or down
 * for a moment is waited for; see `patiently`.
 */
export function modelAnnotator({
  name,
  aligner,
  retries = 1,
}: {
  name: string;
  aligner: Aligner;
  /** Default 1. */
  retries?: number;
}): Annotator {
  const patient = patiently(aligner);
  return { name, retries, alignerFor: () => patient };
}

/** A world's checker as annotator, which is never wrong and never fails. For tasks of that world only. */
export function checkerAnnotator(world: AnyWorld): Annotator {
  return {
    name: 'checker',
    retries: 0,
    alignerFor: (task) => ({
      model: `checker of ${world.name}`,
      open: () =>
        Promise.resolve({
          async correct({ prefix, draft }) {
            const text = world.correct(problemOf(task), { prefix, draft });
            if (text === null) throw answerComplete();
            return { text, by: 'copy-check' };
          },
          close: () => Promise.resolve(),
        }),
    }),
    confirms: confirmsIn(world),
  };
}

/** The annotator, with a world's checker to say which of its corrections are right. */
export function checkedBy(annotator: Annotator, world: AnyWorld): Annotator {
  return { ...annotator, confirms: confirmsIn(world) };
}

function confirmsIn(world: AnyWorld): NonNullable<Annotator['confirms']> {
  return (task, { prefix, correction }) =>
    world.correct(problemOf(task), { prefix, draft: correction }) === correction;
}

function problemOf({ problem }: AnswerTask): { question: string } {
  if (problem === undefined) throw new TypeError('a checker was given a task without its problem');
  return problem as { question: string };
}

/** Says that the answer was complete before a draft, as the failure of its verdict: so it takes effect in its turn. */
function answerComplete(): StreamAlignerError {
  return new StreamAlignerError('closed', 'The answer was complete before this sentence.', {
    details: { complete: true },
  });
}

export const isAnswerComplete = (error: StreamAlignerError) => error.details['complete'] === true;
