import type { Clock } from '@stream-aligner/core';
import type { Configuration } from '../configuration/schema.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Recipes } from '../recipes/open-recipes.ts';
import type { Traces } from '../traces/traces.ts';
import type { AnswersInFlight } from './answers-in-flight.ts';
import type { ModelBody } from './model-bodies.ts';

/** What the routes of one gateway share. */
export interface GatewayParts {
  server: Configuration['server'];
  /** The configured models as they are listed, by their names. */
  models: ReadonlyMap<string, ModelBody>;
  recipes: Recipes;
  answers: AnswersInFlight;
  metrics: Metrics;
  /** Absent where no traces are kept. */
  traces?: Traces | undefined;
  log: Log;
  clock: Clock;
  /** How many are loading the models at this moment. */
  loading: number;
  /** A new identifier, unguessable and unique. */
  newId: () => string;
}
