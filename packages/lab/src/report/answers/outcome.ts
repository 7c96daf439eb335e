import type { MethodAnswer } from '../../eval/result.ts';
import type { Metric } from '../../eval/tasks/task.ts';

/** What became of an answer compared with the raw one. */
export interface Outcome {
  is: 'better' | 'worse' | 'same' | 'unknown';
  /** How much worse by the main metric, and at most by a judge, each from 0 (not at all) to 1. */
  losses: { metric: number; judged: number };
}

/**
 * Compares an answer with the raw one by the task's main metric and by what a judge said. Worse by either is worse; what
 * neither knows is unknown.
 */
export function outcomeOf(answer: MethodAnswer, raw: MethodAnswer, metric: Metric | undefined): Outcome {
  const byMetric = metricGain(answer, raw, metric);
  const byJudge = judgedGains(answer).filter((gain) => gain !== null);
  const losses = {
    metric: Math.max(0, -(byMetric ?? 0)),
    judged: Math.max(0, ...byJudge.map((gain) => -gain)),
  };
  if (byMetric === null && byJudge.length === 0) return { is: 'unknown', losses };
  if (losses.metric > 0 || losses.judged > 0) return { is: 'worse', losses };
  const isBetter = [byMetric ?? 0, ...byJudge].some((gain) => gain > 0);
  return { is: isBetter ? 'better' : 'same', losses };
}

function metricGain(answer: MethodAnswer, raw: MethodAnswer, metric: Metric | undefined): number | null {
  if (metric === undefined) return null;
  const [after, before] = [answer.metrics[metric.name] ?? null, raw.metrics[metric.name] ?? null];
  if (after === null || before === null) return null;
  const gain = metric.better === 'higher' ? after - before : before - after;
  // A score has no end, so that its differences are bent into ours.
  return metric.kind === 'score' ? gain / (1 + Math.abs(gain)) : gain;
}

const judgedGains = ({ comparisons = {} }: MethodAnswer): (number | null)[] =>
  Object.values(comparisons).map(({ score }) => (score === null ? null : 2 * score - 1));
