import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Problem } from '../answer/event.ts';
import { fetchModels, type Model } from './models.ts';

/** What is known of the gateway's models. */
export interface Models {
  models: readonly Model[];
  /** Why the gateway did not say, or could not be reached; null when all is well. */
  problem: Problem | null;
  /** Whether it was lost and is back. */
  regained: boolean;
  /** Asks again. */
  refresh(): void;
}

/** How often a lost gateway is looked for, in milliseconds. */
const RETRY_MS = 2_000;

/** The gateway's models. While the gateway is lost it is looked for again and again. */
export function useModels(): Models {
  const [models, setModels] = useState<readonly Model[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [regained, setRegained] = useState(false);
  const refresh = useCallback(() => {
    void fetchModels().then((got) => {
      // A new object at every failure, so that the next try is planned.
      if (!Array.isArray(got)) return setProblem({ ...(got as Problem) });
      setModels(got);
      setProblem((before) => {
        if (before) setRegained(before.status === null);
        return null;
      });
    });
  }, []);
  useEffect(refresh, []);
  useEffect(() => {
    if (problem?.status !== null) return undefined;
    setRegained(false);
    const timer = setTimeout(refresh, RETRY_MS);
    return () => clearTimeout(timer);
  }, [problem]);
  return { models, problem, regained, refresh };
}
