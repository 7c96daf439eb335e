interface Opener<Request, Session> {
  open(request: Request): Promise<Session>;
}

/** A model that reports how many answers wait for it to open. */
export function countWaiting<Request, Session, Model extends Opener<Request, Session>>(
  model: Model & Opener<Request, Session>,
  gauge: { inc(): void; dec(): void },
): Model {
  return {
    ...model,
    async open(request: Request): Promise<Session> {
      gauge.inc();
      try {
        return await model.open(request);
      } finally {
        gauge.dec();
      }
    },
  };
}
