import type { Feedback, Trace } from '@stream-aligner/core';
import { textOf } from '@stream-aligner/core';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Answer } from '../answer/answer.tsx';
import { drawAnswer } from '../answer/draw.ts';
import type { Problem } from '../answer/event.ts';
import { count } from '../answer/words.ts';
import { Notice } from '../ui/notice.tsx';
import { fetchTrace } from './api.ts';
import { Review } from './review.tsx';
import { when } from './when.ts';

/** One trace: what was asked, what came, and what is to be said of each sentence. */
export function TraceView({ id, onReviewed }: { id: string; onReviewed: (reviewed: number) => void }) {
  const [trace, setTrace] = useState<Trace | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    void fetchTrace(id).then((got) => {
      setProblem('problem' in got ? got.problem : null);
      setTrace('body' in got ? got.body : null);
    });
  }, [id]);

  function setFeedback(round: number, given: Feedback | null) {
    if (!trace) return;
    const others = trace.feedback.filter((feedback) => feedback.round !== round);
    const feedback = given ? [...others, given] : others;
    setTrace({ ...trace, feedback });
    onReviewed(feedback.length);
  }

  return (
    <div class="trace">
      <p>
        <a href="#">← All traces</a>
      </p>
      {problem && <Notice problem={problem} />}
      {trace && <Shown key={trace.id} trace={trace} onFeedback={setFeedback} />}
    </div>
  );
}

function Shown({
  trace,
  onFeedback,
}: {
  trace: Trace;
  onFeedback: (round: number, feedback: Feedback | null) => void;
}) {
  const drawing = useMemo(() => drawAnswer(trace.events), [trace.events]);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { question, messages, cut } = trace;
  const kept = question !== '' || messages.length > 0;
  return (
    <>
      <h2 class="question" dir="auto" tabIndex={-1} ref={heading}>
        {question || 'Its texts were not kept'}
      </h2>
      <Facts trace={trace} />
      {!kept && (
        <p class="quiet">
          The configuration keeps no texts, so there are only counts and times to see, and nothing to edit.
        </p>
      )}
      {cut && (
        <p class="quiet">
          It was too large to be kept whole: {count(cut.characters, 'character')} and{' '}
          {count(cut.events, 'event')} were left out.
        </p>
      )}
      {messages.length > 1 && (
        <details>
          <summary>The conversation it answers</summary>
          <ol class="messages">
            {messages.map((message, index) => (
              <li key={index}>
                <b>{message.role}</b>
                <p class="words" dir="auto">
                  {textOf(message)}
                </p>
              </li>
            ))}
          </ol>
        </details>
      )}
      <Answer
        drawing={drawing}
        label={trace.model}
        layout="rounds"
        controls={(sentence) =>
          sentence.round !== null && kept ? (
            <Review
              trace={trace.id}
              round={sentence.round}
              sentence={sentence}
              feedback={trace.feedback.find(({ round }) => round === sentence.round) ?? null}
              onFeedback={(feedback) => onFeedback(sentence.round ?? 0, feedback)}
            />
          ) : null
        }
      />
    </>
  );
}

function Facts({ trace }: { trace: Trace }) {
  const facts: [string, string][] = [
    ['When', when(trace.at)],
    ['Upstream', trace.upstream],
    ['Aligner', trace.aligner ?? 'none'],
    ['Request', trace.requestId],
    ['Gateway', trace.version],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
