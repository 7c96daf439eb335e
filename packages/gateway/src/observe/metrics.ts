import type { AnswerCounts } from '@stream-aligner/core';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** How a request ended, as a label. */
export type Outcome = 'finished' | 'failed' | 'aborted' | 'refused';

/** Bounds for what happens many times in an answer, in seconds. */
const fine = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8];

/**
 * What operators watch, in Prometheus' terms. Every gateway has a registry of its own. `openBreakers` gives the circuit
 * breakers there are, by what they guard.
 */
export function createMetrics(openBreakers: () => ReadonlyMap<string, { readonly open: boolean }>) {
  const registry = new Registry();
  const registers = [registry];
  const prefix = 'stream_aligner_';
  const requests = new Counter({
    name: `${prefix}requests_total`,
    help: 'Chat requests, by how they ended.',
    labelNames: ['model', 'outcome'],
    registers,
  });
  const firstText = new Histogram({
    name: `${prefix}first_text_seconds`,
    help: 'Time to the first text: written by the upstream, and sent to the client.',
    labelNames: ['model', 'side'],
    buckets: [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6],
    registers,
  });
  const hold = new Histogram({
    name: `${prefix}sentence_hold_seconds`,
    help: 'Time that a sentence was held back, from its completion to its being sent, by verdict.',
    labelNames: ['model', 'verdict'],
    buckets: fine,
    registers,
  });
  const judging = new Histogram({
    name: `${prefix}judging_seconds`,
    help: 'Time that the aligner took for a verdict, by how it was reached.',
    labelNames: ['model', 'by'],
    buckets: fine,
    registers,
  });
  const sentGap = new Histogram({
    name: `${prefix}sent_gap_seconds`,
    help: 'Time between two pieces of text sent to a client one after the other.',
    labelNames: ['model'],
    buckets: fine,
    registers,
  });
  const sentences = new Counter({
    name: `${prefix}sentences_total`,
    help: 'Sentences judged, by verdict.',
    labelNames: ['model', 'verdict'],
    registers,
  });
  const restarts = new Counter({
    name: `${prefix}restarts_total`,
    help: 'Times an upstream was started again from a prefix.',
    labelNames: ['model'],
    registers,
  });
  const tokens = new Counter({
    name: `${prefix}tokens_total`,
    help: 'Tokens sent to clients, discarded, and read and written by aligners.',
    labelNames: ['model', 'kind'],
    registers,
  });
  const failures = new Counter({
    name: `${prefix}failures_total`,
    help: 'Failures of upstreams and aligners, whatever became of the answer, and what else answers failed of.',
    labelNames: ['model', 'party', 'code'],
    registers,
  });
  const recoveries = new Counter({
    name: `${prefix}recoveries_total`,
    help: 'Times an answer went on from what was accepted after its upstream failed.',
    labelNames: ['model'],
    registers,
  });
  const endings = new Counter({
    name: `${prefix}endings_total`,
    help: 'Finished answers, by what ended them.',
    labelNames: ['model', 'cause'],
    registers,
  });
  const breakers = new Gauge({
    name: `${prefix}breaker_open`,
    help: 'Whether a server is left alone because it kept failing (1) or not (0).',
    labelNames: ['server'],
    registers,
    collect() {
      for (const [server, { open }] of openBreakers()) this.set({ server }, open ? 1 : 0);
    },
  });
  const active = new Gauge({
    name: `${prefix}active_answers`,
    help: 'Answers that are being written.',
    registers,
  });
  const waiting = new Gauge({
    name: `${prefix}waiting_answers`,
    help: 'Answers in the queue for a model, by which of their two.',
    labelNames: ['party'],
    registers,
  });
  // So that an empty queue is a zero, and not nothing.
  for (const party of ['upstream', 'aligner']) waiting.set({ party }, 0);
  const tracesDropped = new Counter({
    name: `${prefix}traces_dropped_total`,
    help: 'Traces that could not be kept, by why; the answers were not affected.',
    labelNames: ['reason'],
    registers,
  });
  // So that the first one dropped is seen as more than before.
  for (const reason of ['queue-full', 'store-failed', 'closing']) tracesDropped.inc({ reason }, 0);
  return {
    registry,
    requests,
    firstText,
    hold,
    judging,
    sentGap,
    failures,
    endings,
    breakers,
    active,
    waiting,
    tracesDropped,
    /** Adds one answer's counts. */
    count(model: string, counts: AnswerCounts) {
      sentences.inc({ model, verdict: 'kept' }, counts.kept);
      sentences.inc({ model, verdict: 'rewritten' }, counts.rewritten);
      sentences.inc({ model, verdict: 'failed' }, counts.failed);
      restarts.inc({ model }, counts.restarts);
      recoveries.inc({ model }, counts.recoveries);
      tokens.inc({ model, kind: 'sent' }, counts.sentTokens);
      tokens.inc({ model, kind: 'discarded' }, counts.discardedTokens);
      tokens.inc({ model, kind: 'aligner_prompt' }, counts.alignerPromptTokens);
      tokens.inc({ model, kind: 'aligner_completion' }, counts.alignerCompletionTokens);
    },
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
