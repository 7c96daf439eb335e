import * as z from 'zod';
import { httpServer } from './model-server.ts';
import { section } from './section.ts';

const { baseUrl, model, apiKey, headers, body, timeouts } = httpServer;

/** One entry of `scorers`: a reward or cost model that `eval run` asks. The gateway itself asks none. */
export const scorer = section({
  baseUrl: baseUrl.unwrap(),
  model,
  apiKey,
  headers,
  body,
  timeouts,
  /** What the server is asked; see `createScoreModel`. Default `classify`. */
  path: z.enum(['classify', 'pooling', 'score']).exactOptional(),
  /** Which number counts where the model gives several: from 0, or from the end with -1. */
  output: z.int().exactOptional(),
});

export type ScorerConfiguration = z.infer<typeof scorer>;
