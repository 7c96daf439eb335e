import type { TraceSummary } from '@stream-aligner/core';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../answer/event.ts';
import { type Filters, fetchTraces } from './api.ts';

/** The traces that were found so far. */
export interface Traces {
  traces: readonly TraceSummary[];
  /** Whether older ones can be had. */
  more: boolean;
  loading: boolean;
  problem: Problem | null;
  /** Adds older ones. */
  older(): void;
  /** Looks anew. */
  refresh(): void;
  /** Changes how many sentences of a trace are reviewed. */
  setReviewed(id: string, reviewed: number): void;
}

/** The traces that filters let through, a page at a time. */
export function useTraces(filters: Filters): Traces {
  const [traces, setTraces] = useState<readonly TraceSummary[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [loading, setLoading] = useState(true);
  const [problem, setProblem] = useState<Problem | null>(null);
  const search = useRef(0);

  async function load(before: string | null) {
    search.current += 1;
    const mine = search.current;
    setLoading(true);
    const got = await fetchTraces(filters, before);
    // What was asked for last counts, whatever comes last.
    if (mine !== search.current) return;
    setLoading(false);
    setProblem('problem' in got ? got.problem : null);
    if ('problem' in got) return;
    setTraces((known) => (before === null ? got.body.data : [...known, ...got.body.data]));
    setNext(got.body.next);
  }

  useEffect(() => void load(null), [filters]);
  return {
    traces,
    more: next !== null,
    loading,
    problem,
    older: () => void load(next),
    refresh: () => void load(null),
    setReviewed: (id, reviewed) =>
      setTraces((known) => known.map((trace) => (trace.id === id ? { ...trace, reviewed } : trace))),
  };
}
