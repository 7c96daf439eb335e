import type { Feedback, Trace, TraceSummary } from '@stream-aligner/core';
import type { Problem } from '../answer/event.ts';
import { getJson } from '../ask/get-json.ts';

/** What a list is narrowed down to. */
export interface Filters {
  /** Words of question or answer. */
  q: string;
  /** '' for all. */
  model: string;
  show: 'all' | 'rewritten' | 'failed';
}

export const NO_FILTERS: Filters = { q: '', model: '', show: 'all' };

interface Page {
  data: TraceSummary[];
  /** Where the next page begins; null for the last. */
  next: string | null;
}

const PAGE_LENGTH = 30;

/** One page of traces, the latest first; `before` is the `next` of the page before. */
export async function fetchTraces(
  { q, model, show }: Filters,
  before: string | null,
): Promise<{ body: Page } | { problem: Problem }> {
  const query = new URLSearchParams({
    limit: `${PAGE_LENGTH}`,
    ...(q.trim() !== '' && { q: q.trim() }),
    ...(model !== '' && { model }),
    ...(show !== 'all' && { [show]: 'true' }),
    ...(before !== null && { before }),
  });
  return getJson<Page>(`/api/traces?${query}`);
}

export function fetchTrace(id: string): Promise<{ body: Trace } | { problem: Problem }> {
  return getJson<Trace>(pathOf(id));
}

/** Says something of a sentence, in place of what was said before. */
export function giveFeedback(
  { id, round }: { id: string; round: number },
  said: Pick<Feedback, 'verdict' | 'text'>,
): Promise<{ body: Feedback } | { problem: Problem }> {
  return getJson<Feedback>(feedbackPath(id, round), { method: 'PUT', body: said });
}

export function takeFeedbackBack(
  id: string,
  round: number,
): Promise<{ body: unknown } | { problem: Problem }> {
  return getJson(feedbackPath(id, round), { method: 'DELETE' });
}

function pathOf(id: string): string {
  return `/api/traces/${encodeURIComponent(id)}`;
}

function feedbackPath(id: string, round: number): string {
  return `${pathOf(id)}/feedback/${round}`;
}
