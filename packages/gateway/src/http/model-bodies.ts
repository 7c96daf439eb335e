import { namesOf } from '../configuration/models.ts';
import type { Configuration } from '../configuration/schema.ts';

/** A configured model as `GET /v1/models` lists it. */
export interface ModelBody {
  id: string;
  object: 'model';
  /** Unix time in seconds. */
  created: number;
  owned_by: string;
  /** What a page, or anybody else, can know before it asks. */
  stream_aligner: {
    /** Whether it has an aligner; without one its answers are raw. */
    aligned: boolean;
    overrides: Configuration['models'][string]['overrides'];
    /** Whether its upstream is the embedded one, which answers single questions and knows no conversations. */
    single_turn: boolean;
  };
}

/** The configured models by their names. */
export function modelBodies({ models, upstreams }: Configuration): ReadonlyMap<string, ModelBody> {
  const created = Math.floor(Date.now() / 1000);
  return new Map(
    Object.entries(models).map(([id, { upstream, aligner, overrides }]) => {
      const single_turn = namesOf(upstream).some((name) => (upstreams[name]?.type ?? name) === 'tiny');
      const about = { aligned: aligner !== undefined, overrides, single_turn };
      return [id, { id, object: 'model', created, owned_by: 'stream-aligner', stream_aligner: about }];
    }),
  );
}
