import type { TraceSummary } from '@stream-aligner/core';
import { count, duration } from '../answer/words.ts';
import { when } from './when.ts';

/** The traces that were found, each a link to itself. */
export function TraceList({ traces }: { traces: readonly TraceSummary[] }) {
  return (
    <ul class="traces">
      {traces.map((trace) => (
        <li key={trace.id}>
          <a href={`#${trace.id}`}>
            <span class="question" dir="auto">
              {trace.question || 'Its texts were not kept'}
            </span>
            <span class="excerpt" dir="auto">
              {trace.answer}
            </span>
            <span class="facts">
              <time dateTime={trace.at}>{when(trace.at)}</time>
              <span>{trace.model}</span>
              <span>{duration(trace.ms)}</span>
              <Outcome trace={trace} />
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function Outcome({ trace: { counts, outcome, reviewed, aligner } }: { trace: TraceSummary }) {
  return (
    <>
      {outcome !== 'finished' && <span class="chip bad">{outcome === 'failed' ? 'Failed' : 'Aborted'}</span>}
      {counts.rewritten > 0 && <span class="chip">{counts.rewritten} rewritten</span>}
      {counts.failed > 0 && <span class="chip bad">{counts.failed} without a verdict</span>}
      {counts.kept > 0 && <span>{counts.kept} kept</span>}
      {aligner === null && <span>raw</span>}
      {reviewed > 0 && <span class="done">{count(reviewed, 'sentence')} reviewed</span>}
    </>
  );
}
