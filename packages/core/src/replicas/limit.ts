import type { LeasePool } from './lease-pool.ts';

interface Opener<Request, Session> {
  open(request: Request): Promise<Session>;
}

/**
 * An upstream or an aligner that writes for no more answers at once than `pool` has places: each answer holds one from
 * `open` to `close`, and waits in the pool's queue for it. Rejects with `overloaded` when the queue is full.
 */
export function limitAnswers<
  Request extends { signal: AbortSignal },
  Session extends { close(): Promise<void> },
  Model extends Opener<Request, Session>,
>(model: Model & Opener<Request, Session>, pool: LeasePool<unknown>): Model {
  return {
    ...model,
    async open(request: Request): Promise<Session> {
      const lease = await pool.lease(request.signal);
      try {
        const session = await model.open(request);
        // Everything else of the session, getters included, stays its own.
        return Object.create(session, {
          close: { value: () => session.close().finally(() => lease.release()) },
        }) as Session;
      } catch (error) {
        lease.release();
        throw error;
      }
    },
  };
}
