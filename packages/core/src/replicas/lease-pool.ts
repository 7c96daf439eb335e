import { StreamAlignerError } from '../errors.ts';

/** A hold on one item of a pool. */
export interface Lease<T> {
  readonly item: T;
  /** Gives the item back, to whoever has waited longest. Further calls do nothing. */
  release(): void;
}

/** Items that are lent out one holder at a time, in the order of asking. */
export interface LeasePool<T> {
  /**
   * Waits for an item. Takes its place in the queue at once, so that callers who ask several pools in one go stand in the
   * same order in each and cannot wait for one another.
   *
   * @throws StreamAlignerError `overloaded` when the queue is full, `closed` once the pool is closed; the signal's reason
   * when it aborts.
   */
  lease(signal: AbortSignal): Promise<Lease<T>>;
  /** Turns away everyone who waits or comes later. Resolves when every item has been given back. */
  close(): Promise<void>;
}

interface Waiter<T> {
  give(item: T): void;
  refuse(error: unknown): void;
}

/** Makes a pool of `items` with room for `maxQueue` waiting callers; messages name the items as `what`, and what to raise. */
export function createLeasePool<T>(options: {
  items: readonly T[];
  maxQueue: number;
  what: string;
  /** The settings that bound the pool. */
  raise: string;
}): LeasePool<T> {
  const { items, maxQueue, what, raise } = options;
  const free = [...items];
  const queue: Waiter<T>[] = [];
  const allBack = Promise.withResolvers<void>();
  let closed = false;

  function takeBack(item: T) {
    const next = queue.shift();
    if (next) return next.give(item);
    free.push(item);
    if (closed && free.length === items.length) allBack.resolve();
  }

  function lend(item: T): Lease<T> {
    let released = false;
    return {
      item,
      release() {
        if (released) return;
        released = true;
        takeBack(item);
      },
    };
  }

  return {
    async lease(signal) {
      signal.throwIfAborted();
      if (closed) throw new StreamAlignerError('closed', `${what} were closed; no new answer can begin.`);
      const item = free.shift();
      if (item !== undefined) return lend(item);
      if (queue.length >= maxQueue)
        throw new StreamAlignerError(
          'overloaded',
          `All ${items.length} ${what} are in use and ${maxQueue} callers wait already. Try again later, or have ${raise} raised.`,
          { details: { sequences: items.length, maxQueue } },
        );
      const { promise, resolve, reject } = Promise.withResolvers<Lease<T>>();
      const leave = () => {
        queue.splice(queue.indexOf(waiter), 1);
        reject(signal.reason);
      };
      const waiter: Waiter<T> = {
        // Without delay: a listener that outlived its place in the queue would take somebody else out.
        give(given) {
          signal.removeEventListener('abort', leave);
          resolve(lend(given));
        },
        refuse(error) {
          signal.removeEventListener('abort', leave);
          reject(error);
        },
      };
      queue.push(waiter);
      signal.addEventListener('abort', leave, { once: true });
      return promise;
    },
    close() {
      closed = true;
      for (const waiter of queue.splice(0))
        waiter.refuse(
          new StreamAlignerError('closed', `${what} were closed while an answer waited for one.`),
        );
      if (free.length === items.length) allBack.resolve();
      return allBack.promise;
    },
  };
}
