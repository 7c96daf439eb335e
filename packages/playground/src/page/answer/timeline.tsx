import type { Drawing } from './draw.ts';
import { type Span, type Timeline as Times, timelineOf } from './spans.ts';
import { count, duration } from './words.ts';

/** When the upstream wrote, when the aligner judged, and what came of judging ahead; as a picture and in words. */
export function Timeline({ drawing }: { drawing: Drawing }) {
  const times = timelineOf(drawing);
  if (times.writing.length === 0 || drawing.at === 0) return null;
  const lanes = times.judging.length > 0 ? 2 : 1;
  return (
    <figure class="timeline">
      <div class="lanes" aria-hidden="true">
        <span>Upstream</span>
        <Lane times={times}>
          {times.writing.map((span) => (
            <rect key={span.from} class="writing" {...place(span, times)} />
          ))}
        </Lane>
        {lanes > 1 && <span>Aligner</span>}
        {lanes > 1 && (
          <Lane times={times}>
            {times.judging.map((span) => (
              <rect key={span.round} class={`judging ${span.mark}`} {...place(span, times)} />
            ))}
          </Lane>
        )}
      </div>
      <figcaption>
        <Summary times={times} drawing={drawing} />
      </figcaption>
      <details>
        <summary>The timeline in words</summary>
        <Spoken times={times} />
      </details>
    </figure>
  );
}

function Lane({ times, children }: { times: Times; children: preact.ComponentChildren }) {
  return (
    <svg width="100%" height="14" preserveAspectRatio="none">
      <rect class="track" x="0" y="6" width="100%" height="2" />
      {children}
      {times.incidents.map(({ at, type }, index) => (
        <rect key={index} class={type} x={share(at, times)} y="0" width="2" height="14" />
      ))}
    </svg>
  );
}

/** Never too thin to be seen. */
function place({ from, to }: Span, times: Times) {
  const width = Math.max(0.4, ((to - from) / times.totalMs) * 100);
  return { x: share(from, times), width: `${width}%`, y: 2, height: 10, rx: 2 };
}

function share(at: number, { totalMs }: Times): string {
  return `${(at / totalMs) * 100}%`;
}

function Summary({ times, drawing }: { times: Times; drawing: Drawing }) {
  const { judgedMs, waitedMs, savedMs, judging, incidents, firstSentMs } = times;
  const restarts = incidents.filter(({ type }) => type === 'upstream-restarted').length;
  const discarded = drawing.counts?.discardedTokens ?? 0;
  const parts = [
    ...(firstSentMs === null ? [] : [`First text after ${duration(firstSentMs)}`]),
    ...(judging.length > 0
      ? [`judging ${duration(judgedMs)}, of which ${duration(waitedMs)} waited for`]
      : []),
    ...(savedMs >= 1 ? [`speculation saved ${duration(savedMs)}`] : []),
    ...(restarts > 0 ? [count(restarts, 'restart')] : []),
    ...(discarded > 0
      ? [`${drawing.counts?.estimated ? 'about ' : ''}${count(discarded, 'token')} discarded`]
      : []),
  ];
  return <>{parts.join(' · ')}</>;
}

function Spoken({ times }: { times: Times }) {
  const lines = [
    ...times.writing.map(({ from, to }) => ({
      at: from,
      words: `the upstream writes for ${duration(to - from)}`,
    })),
    ...times.judging.map(({ from, to, round, mark }) => ({
      at: from,
      words: `sentence ${round} is judged for ${duration(to - from)}: ${mark}`,
    })),
    ...times.incidents.map((incident) => ({
      at: incident.at,
      words:
        incident.type === 'upstream-failed'
          ? `the upstream fails (${incident.error.code})`
          : `the upstream is started again, ${RESTART_WORDS[incident.reason]}`,
    })),
  ].toSorted((a, b) => a.at - b.at);
  return (
    <ol>
      {lines.map(({ at, words }, index) => (
        <li key={index}>
          At {duration(at)} {words}.
        </li>
      ))}
    </ol>
  );
}

const RESTART_WORDS = {
  rewrite: 'from the rewritten text',
  'after-last-rewrite': 'to see whether anything follows the rewritten last sentence',
  sequential: 'since look-ahead is 0',
  recovery: 'after its failure',
} as const;
