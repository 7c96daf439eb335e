import {
  type Aligner,
  type AlignerMember,
  type Breaker,
  type Clock,
  createAlignerReplicas,
  createBreaker,
  createUpstreamList,
  StreamAlignerError,
  systemClock,
  type Upstream,
  type UpstreamMember,
} from '@stream-aligner/core';
import { type ModelConfiguration, namesOf } from '../configuration/models.ts';
import { nearest } from '../configuration/nearest.ts';
import type { Configuration } from '../configuration/schema.ts';
import { billsOn, isHttp } from '../configuration/upstreams.ts';
import { type OpenModelsOptions, openModels, own } from './open-models.ts';
import { createStartupProbes } from './startup-probes.ts';
import { noAligner, type Recipe, type RecipeOptions } from './recipe.ts';

/** Longest wait for one verdict, where nothing is configured: the correction loop's own default. */
const CORRECTION_MS = 30_000;

/** The models that a configuration names. */
export interface Recipes {
  readonly names: readonly string[];
  /**
   * The recipe of a name, its models loaded. Throws `invalid-request` (404) for an unknown name, `model-missing` or
   * `model-damaged` for a file that cannot be loaded, `configuration` for an upstream that a probe at the start showed
   * not to continue a prefix.
   */
  get(name: string): Promise<Recipe>;
  /** The upstream defined under a name in `upstreams`, or the embedded one. */
  upstream(name: string): Promise<Upstream>;
  /** The aligner defined under a name in `aligners`, or the embedded one. */
  aligner(name: string): Promise<Aligner>;
  /** The circuit breakers that were made, by what they guard. */
  readonly breakers: ReadonlyMap<string, Breaker>;
  /** Loads every model that runs in this process, and probes the upstreams that are to be probed. */
  warm(): Promise<void>;
  /** Unloads them. */
  close(): Promise<void>;
}

export interface OpenRecipesOptions extends Omit<OpenModelsOptions, 'clock'> {
  clock?: Clock;
}

/** Prepares the models of a configuration. Nothing is loaded before it is used. */
export function openRecipes({ clock = systemClock, ...options }: OpenRecipesOptions): Recipes {
  const { configuration } = options;
  const models = openModels({ ...options, clock });
  const probes = createStartupProbes(configuration);
  const names = Object.keys(configuration.models);
  const breakers = new Map<string, Breaker>();

  /** One breaker a server, whichever models use it. */
  function breakerOf(kind: 'upstream' | 'aligner', name: string): Breaker {
    const key = `${kind} ${name}`;
    const breaker = breakers.get(key) ?? createBreaker({ ...configuration.server.breaker, clock });
    breakers.set(key, breaker);
    return breaker;
  }

  async function upstreamFor(model: ModelConfiguration): Promise<Upstream> {
    const members = await Promise.all(
      namesOf(model.upstream).map(async (name): Promise<UpstreamMember> => ({
        upstream: await models.upstream(name),
        breaker: breakerOf('upstream', name),
      })),
    );
    const [first, ...others] = members;
    if (!first) throw new TypeError('a model without an upstream passed the configuration');
    return others.length === 0 ? first.upstream : createUpstreamList([first, ...others]);
  }

  /** Servers get a breaker, also when there is but one; a model in this process is not left alone for failing. */
  async function alignerFor(model: ModelConfiguration): Promise<Aligner> {
    const aligners = namesOf(model.aligner);
    const members = await Promise.all(
      aligners.map(async (name): Promise<AlignerMember> => ({
        aligner: await models.aligner(name),
        breaker: breakerOf('aligner', name),
      })),
    );
    const [first, ...others] = members;
    if (!first) return noAligner;
    const configured = own(configuration.aligners, aligners[0] ?? '');
    if (others.length === 0 && !(configured && isHttp(configured))) return first.aligner;
    const wholeMs = model.deadlines?.correction ?? CORRECTION_MS;
    const attemptMs = others.length === 0 ? {} : { attemptMs: wholeMs / members.length };
    return createAlignerReplicas([first, ...others], { ...attemptMs, clock });
  }

  // Made once: replicas count their answers.
  const made = new Map<string, Promise<Recipe>>();

  async function load(name: string, model: ModelConfiguration): Promise<Recipe> {
    const [upstream, aligner] = await Promise.all([upstreamFor(model), alignerFor(model)]);
    const raw = model.aligner === undefined;
    return {
      name,
      upstream,
      aligner,
      options: optionsOf(model, configuration),
      overrides: model.overrides,
      raw,
      traced: model.traces ?? true,
    };
  }

  return {
    names,
    breakers,
    async get(name) {
      const model = own(configuration.models, name);
      if (!model) throw unknownModel(name, names);
      probes.check(model);
      const making = made.get(name) ?? load(name, model);
      made.set(name, making);
      making.catch(() => made.delete(name));
      return making;
    },
    upstream: models.upstream,
    aligner: models.aligner,
    async warm() {
      const used = Object.values(configuration.models).flatMap(({ upstream, aligner }) => [
        ...namesOf(upstream).map((name) => models.upstream(name)),
        ...namesOf(aligner).map((name) => models.aligner(name)),
      ]);
      await Promise.all(used);
      await probes.run();
    },
    close: () => models.close(),
  };
}

function unknownModel(name: string, names: readonly string[]): StreamAlignerError {
  const near = nearest(name, names);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  return new StreamAlignerError(
    'invalid-request',
    `There is no model of the requested name.${hint} These are served: ${names.join(', ')}.`,
    { details: { status: 404, code: 'model_not_found', param: 'model' } },
  );
}

function optionsOf(model: ModelConfiguration, configuration: Configuration): RecipeOptions {
  const { upstream, aligner, overrides: _overrides, traces: _traces, ...options } = model;
  const bills = namesOf(upstream).some((name) => {
    const server = own(configuration.upstreams, name);
    return server !== undefined && billsOn(server);
  });
  return {
    ...(bills && { lookahead: 0 }),
    ...options,
    ...(aligner === undefined && { rounds: 0 }),
  };
}
