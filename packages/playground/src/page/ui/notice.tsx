import type { ComponentChildren } from 'preact';
import type { Problem } from '../answer/event.ts';

/** Something that is wrong with the page as a whole, and what can be done. */
export function Notice({ problem, children }: { problem: Problem; children?: ComponentChildren }) {
  return (
    <div class="notice" role="alert">
      <p>
        <b>{problem.title}.</b> {problem.message}
      </p>
      {children}
    </div>
  );
}
