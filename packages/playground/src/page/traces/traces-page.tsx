import { useEffect, useState } from 'preact/hooks';
import { count } from '../answer/words.ts';
import { fetchModels } from '../ask/models.ts';
import { Header } from '../ui/header.tsx';
import { KeyForm } from '../ui/key-form.tsx';
import { Notice } from '../ui/notice.tsx';
import { NO_FILTERS } from './api.ts';
import { FilterForm } from './filter-form.tsx';
import { TraceList } from './trace-list.tsx';
import { TraceView } from './trace-view.tsx';
import { type Traces, useTraces } from './use-traces.ts';

/** The traces: a list to search, and one that is opened, which the address names behind its `#`. */
export function TracesPage() {
  const [filters, setFilters] = useState(NO_FILTERS);
  const [models, setModels] = useState<readonly string[]>([]);
  const found = useTraces(filters);
  const opened = useHash();
  const { problem, refresh, setReviewed } = found;
  const refused = problem?.status === 401;
  useEffect(() => {
    void fetchModels().then((got) => Array.isArray(got) && setModels(got.map(({ id }) => id)));
  }, [refused]);
  return (
    <>
      <Header page="/traces" />
      <main id="main" class="page">
        <h1 class={opened === '' ? '' : 'unseen'}>Traces</h1>
        {problem && (
          <Notice problem={problem}>
            {refused ? (
              <KeyForm door="traces" onKey={refresh} />
            ) : (
              <p>
                <button type="button" onClick={refresh}>
                  Try again
                </button>
              </p>
            )}
          </Notice>
        )}
        {opened !== '' && !refused && (
          <TraceView key={opened} id={opened} onReviewed={(reviewed) => setReviewed(opened, reviewed)} />
        )}
        {opened === '' && (!problem || problem.status === null) && (
          <>
            <FilterForm filters={filters} models={models} onChange={setFilters} />
            <Found found={found} narrowed={filters !== NO_FILTERS} />
          </>
        )}
      </main>
    </>
  );
}

function Found({ found, narrowed }: { found: Traces; narrowed: boolean }) {
  const { traces, more, loading, problem, older } = found;
  const none = narrowed ? 'No trace matches.' : 'There are no traces yet. Ask something in the playground.';
  const words = loading
    ? 'Looking…'
    : traces.length === 0
      ? none
      : `${count(traces.length, 'trace')}${more ? ', and older ones' : ''}`;
  return (
    <>
      <p class="quiet" role="status">
        {problem ? '' : words}
      </p>
      <TraceList traces={traces} />
      {more && (
        <p>
          <button type="button" disabled={loading} onClick={older}>
            Older
          </button>
        </p>
      )}
    </>
  );
}

/** What the address says behind its `#`. */
function useHash(): string {
  const [hash, setHash] = useState(() => location.hash.slice(1));
  useEffect(() => {
    const change = () => setHash(location.hash.slice(1));
    addEventListener('hashchange', change);
    return () => removeEventListener('hashchange', change);
  }, []);
  return hash;
}
