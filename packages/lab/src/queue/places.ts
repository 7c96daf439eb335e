/** A bounded number of places for work: who finds none free waits for one, first come, first served. */
export interface Places {
  /** Does the work once there is a place for it. */
  within<T>(work: () => Promise<T>): Promise<T>;
}

export function createPlaces(count: number): Places {
  let free = count;
  const waiting: (() => void)[] = [];

  async function take(): Promise<void> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    // A place that is handed on is never free, so that nobody can slip in between.
    if (next) next();
    else free += 1;
  }

  return {
    async within(work) {
      await take();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
