/** A signal of its own that aborts, with the same reason, when any of `signals` does. */
export interface LinkedSignal {
  controller: AbortController;
  /** Takes the listeners off again. A signal that outlives one request must not collect them. */
  unlink(): void;
}

/** Links a fresh controller to signals that live longer than it. */
export function linkSignals(signals: readonly AbortSignal[]): LinkedSignal {
  const controller = new AbortController();
  const listeners = signals.map((signal) => ({ signal, abort: () => abort(signal) }));
  for (const { signal, abort } of listeners) signal.addEventListener('abort', abort, { once: true });
  const aborted = signals.find((signal) => signal.aborted);
  if (aborted) abort(aborted);
  return { controller, unlink };

  function abort({ reason }: AbortSignal): void {
    unlink();
    controller.abort(reason);
  }

  function unlink(): void {
    for (const { signal, abort } of listeners) signal.removeEventListener('abort', abort);
  }
}
