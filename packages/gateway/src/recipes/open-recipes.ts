import {
  type Aligner,
  type Clock,
  StreamAlignerError,
  systemClock,
  type Upstream,
} from '@stream-aligner/core';
import { createOpenAIAligner, createOpenAIUpstream } from '@stream-aligner/providers';
import { nearest } from '../configuration/nearest.ts';
import type { Configuration, ModelConfiguration, UpstreamConfiguration } from '../configuration/schema.ts';
import { memo } from './memo.ts';
import { noAligner, type Recipe, type RecipeOptions } from './recipe.ts';

type Tiny = Extract<UpstreamConfiguration, { type: 'tiny' }>;

/** What a name that is defined nowhere stands for. */
const BUILT_IN_MODEL: Tiny = { type: 'tiny' };

/** The embedded pair, as `@stream-aligner/local` loads it. */
export interface EmbeddedPair {
  upstream: Upstream;
  aligner: Aligner;
  close(): Promise<void>;
}

/** How many answers the embedded pair writes at once, and how many more may wait. */
export interface EmbeddedPairOptions {
  /** Default: the pair's own. */
  sequences?: number;
  maxQueue: number;
}

/** The models that a configuration names. */
export interface Recipes {
  readonly names: readonly string[];
  /**
   * The recipe of a name, its models loaded. Throws `invalid-request` (404) for an unknown name, `model-missing` or
   * `model-damaged` for a file that cannot be loaded.
   */
  get(name: string): Promise<Recipe>;
  /** The upstream defined under a name in `upstreams`, or the embedded one. */
  upstream(name: string): Promise<Upstream>;
  /** The aligner defined under a name in `aligners`, or the embedded one. */
  aligner(name: string): Promise<Aligner>;
  /** Loads every model that runs in this process. */
  warm(): Promise<void>;
  /** Unloads them. */
  close(): Promise<void>;
}

export interface OpenRecipesOptions {
  configuration: Configuration;
  /** For tests. Default: the pair of `@stream-aligner/local`, loaded when it is first used. */
  loadTinyPair?: (options: EmbeddedPairOptions) => Promise<EmbeddedPair>;
  clock?: Clock;
}

/** Prepares the models of a configuration. Nothing is loaded before it is used. */
export function openRecipes({
  configuration,
  loadTinyPair = loadEmbeddedPair,
  clock = systemClock,
}: OpenRecipesOptions): Recipes {
  /** What the models that run in this process must be given back by. */
  const closing: (() => Promise<void>)[] = [];
  const names = Object.keys(configuration.models);

  async function upstreamOf(name: string): Promise<Upstream> {
    const configured = own(configuration.upstreams, name) ?? BUILT_IN_MODEL;
    if (configured.type === 'tiny') return (await pairOf(configured)).upstream;
    if (configured.type === 'local') {
      const { createLocalUpstream } = await import('@stream-aligner/local');
      const { type: _type, ...options } = configured;
      return keep(await createLocalUpstream(options));
    }
    const { type: _type, cancelStopsBilling: _billing, ...options } = configured;
    return createOpenAIUpstream({ ...options, clock });
  }

  async function alignerOf(name: string): Promise<Aligner> {
    const configured = own(configuration.aligners, name) ?? BUILT_IN_MODEL;
    if (configured.type === 'tiny') return (await pairOf(configured)).aligner;
    if (configured.type === 'local') {
      const { createLocalAligner } = await import('@stream-aligner/local');
      const { type: _type, ...options } = configured;
      return keep(await createLocalAligner(options));
    }
    const { type: _type, ...options } = configured;
    return createOpenAIAligner({ ...options, clock });
  }

  function keep<T extends { close(): Promise<void> }>(model: T): T {
    closing.push(() => model.close());
    return model;
  }

  /** One pair for all who want the same of it. */
  function pairOf({ sequences, maxQueue = configuration.server.maxConcurrent }: Tiny): Promise<EmbeddedPair> {
    return pairs(JSON.stringify({ sequences, maxQueue }));
  }

  const pairs = memo(async (options) => keep(await loadTinyPair(JSON.parse(options) as EmbeddedPairOptions)));
  const upstreams = memo(upstreamOf);
  const aligners = memo(alignerOf);

  async function load(name: string, model: ModelConfiguration): Promise<Recipe> {
    const [upstream, aligner] = await Promise.all([
      upstreams(model.upstream),
      model.aligner === undefined ? noAligner : aligners(model.aligner),
    ]);
    const options = optionsOf(model, configuration);
    return { name, upstream, aligner, options, overrides: model.overrides, raw: model.aligner === undefined };
  }

  return {
    names,
    async get(name) {
      const model = own(configuration.models, name);
      if (model) return load(name, model);
      throw unknownModel(name, names);
    },
    upstream: upstreams,
    aligner: aligners,
    async warm() {
      const models = Object.values(configuration.models).flatMap(({ upstream, aligner }) => [
        upstreams(upstream),
        ...(aligner === undefined ? [] : [aligners(aligner)]),
      ]);
      await Promise.all(models);
    },
    async close() {
      await Promise.all(closing.splice(0).map((close) => close()));
    },
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
  const { upstream, aligner, overrides: _overrides, ...options } = model;
  const server = own(configuration.upstreams, upstream);
  const billsOn = server?.type === 'openai' && !server.cancelStopsBilling;
  return {
    ...(billsOn && { lookahead: 0 }),
    ...options,
    ...(aligner === undefined && { rounds: 0 }),
  };
}

async function loadEmbeddedPair(options: EmbeddedPairOptions): Promise<EmbeddedPair> {
  const { createTinyPair } = await import('@stream-aligner/local');
  return createTinyPair(options);
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
