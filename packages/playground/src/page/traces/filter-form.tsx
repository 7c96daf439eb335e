import { useEffect, useState } from 'preact/hooks';
import type { Filters } from './api.ts';

/** How long after the last letter a search begins, in milliseconds. */
const PAUSE_MS = 250;

/** Narrows the list down. */
export function FilterForm({
  filters,
  models,
  onChange,
}: {
  filters: Filters;
  models: readonly string[];
  onChange: (filters: Filters) => void;
}) {
  const [q, setQ] = useState(filters.q);
  useEffect(() => {
    if (q === filters.q) return undefined;
    const timer = setTimeout(() => onChange({ ...filters, q }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [q, filters]);
  function submit(event: Event) {
    event.preventDefault();
    onChange({ ...filters, q });
  }
  return (
    <form class="filters" role="search" onSubmit={submit}>
      <label class="wide">
        Search in questions and answers
        <input type="search" value={q} onInput={({ currentTarget }) => setQ(currentTarget.value)} />
      </label>
      <label>
        Show
        <select
          value={filters.show}
          onChange={({ currentTarget }) =>
            onChange({ ...filters, show: currentTarget.value as Filters['show'] })
          }
        >
          <option value="all">all answers</option>
          <option value="rewritten">with a rewritten sentence</option>
          <option value="failed">with a failure</option>
        </select>
      </label>
      <label>
        Model
        <select
          value={filters.model}
          onChange={({ currentTarget }) => onChange({ ...filters, model: currentTarget.value })}
        >
          <option value="">all models</option>
          {models.map((model) => (
            <option key={model}>{model}</option>
          ))}
        </select>
      </label>
    </form>
  );
}
