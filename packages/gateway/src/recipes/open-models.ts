import { readFile } from 'node:fs/promises';
import {
  type Aligner,
  type Clock,
  createLeasePool,
  limitAnswers,
  StreamAlignerError,
  type Upstream,
} from '@stream-aligner/core';
import { createAligner, createUpstream } from '@stream-aligner/providers';
import type { Configuration } from '../configuration/schema.ts';
import { isHttp, type UpstreamConfiguration } from '../configuration/upstreams.ts';
import { alignerWithSpans, upstreamWithSpans } from '../observe/model-spans.ts';
import { memo } from './memo.ts';

type Tiny = Extract<UpstreamConfiguration, { type: 'tiny' }>;

/** What a name that is defined nowhere stands for. */
const BUILT_IN_MODEL: Tiny = { type: 'tiny' };

/** Answers that wait for a server with a limit of its own, unless it is configured otherwise. */
const MAX_QUEUE = 64;

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

/** The upstreams and aligners of a configuration, each made once. */
export interface Models {
  /** The upstream defined under a name in `upstreams`, or the embedded one. */
  upstream(name: string): Promise<Upstream>;
  /** The aligner defined under a name in `aligners`, or the embedded one. */
  aligner(name: string): Promise<Aligner>;
  /** Unloads those that run in this process. */
  close(): Promise<void>;
}

export interface OpenModelsOptions {
  configuration: Configuration;
  /** For tests. Default: the pair of `@stream-aligner/local`, loaded when it is first used. */
  loadTinyPair?: (options: EmbeddedPairOptions) => Promise<EmbeddedPair>;
  clock: Clock;
  /** Told when the server of an aligner does not support its copy check, so that it decodes every draft. */
  onCopyCheckUnavailable?: (aligner: string, error: StreamAlignerError) => void;
}

/** Prepares the models of a configuration. Nothing is loaded before it is used. */
export function openModels({
  configuration,
  loadTinyPair = loadEmbeddedPair,
  clock,
  onCopyCheckUnavailable = () => {},
}: OpenModelsOptions): Models {
  /** What the models that run in this process must be given back by. */
  const closing: (() => Promise<void>)[] = [];

  async function upstreamOf(name: string): Promise<Upstream> {
    const configured = own(configuration.upstreams, name) ?? BUILT_IN_MODEL;
    if (isHttp(configured)) {
      const {
        cancelStopsBilling: _billing,
        probe: _probe,
        price: _price,
        maxConcurrent,
        maxQueue,
        ...options
      } = configured;
      const upstream = upstreamWithSpans(createUpstream({ ...options, clock }), {
        name,
        provider: options.type,
      });
      return limited(upstream, { name, maxConcurrent, maxQueue });
    }
    const as = { name, provider: configured.type };
    if (configured.type === 'tiny') return upstreamWithSpans((await pairOf(configured)).upstream, as);
    const { createLocalUpstream } = await import('@stream-aligner/local');
    const { type: _type, ...options } = configured;
    return upstreamWithSpans(keep(await createLocalUpstream(options)), as);
  }

  async function alignerOf(name: string): Promise<Aligner> {
    const configured = own(configuration.aligners, name) ?? BUILT_IN_MODEL;
    if (isHttp(configured)) {
      const { policyFile, policy, price: _price, maxConcurrent, maxQueue, ...options } = configured;
      const words = policyFile === undefined ? policy : await readPolicy(policyFile);
      const aligner = createAligner({
        ...options,
        ...(words !== undefined && { policy: words }),
        clock,
        onCopyCheckUnavailable: (error) => onCopyCheckUnavailable(name, error),
      });
      const watched = alignerWithSpans(aligner, { name, provider: options.type });
      return limited(watched, { name, maxConcurrent, maxQueue });
    }
    const as = { name, provider: configured.type };
    if (configured.type === 'tiny') return alignerWithSpans((await pairOf(configured)).aligner, as);
    const { createLocalAligner } = await import('@stream-aligner/local');
    const { type: _type, ...options } = configured;
    return alignerWithSpans(keep(await createLocalAligner(options)), as);
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

  return {
    upstream: memo(upstreamOf),
    aligner: memo(alignerOf),
    async close() {
      await Promise.all(closing.splice(0).map((close) => close()));
    },
  };
}

/** A model whose server answers so many at once, if the configuration says how many. */
function limited<T extends Upstream | Aligner>(
  model: T,
  {
    name,
    maxConcurrent,
    maxQueue = MAX_QUEUE,
  }: { name: string; maxConcurrent: number | undefined; maxQueue: number | undefined },
): T {
  if (maxConcurrent === undefined) return model;
  const items = Array.from({ length: maxConcurrent }, (_, index) => index);
  const pool = createLeasePool({
    items,
    maxQueue,
    what: `places at ${name}`,
    raise: 'its maxConcurrent or maxQueue',
  });
  return limitAnswers<{ signal: AbortSignal }, { close(): Promise<void> }, T>(model as never, pool);
}

async function readPolicy(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new StreamAlignerError(
      'configuration',
      `The policy file ${path} cannot be read (${cause.code ?? cause.name}). Check policyFile.`,
      { cause },
    );
  });
  if (text.trim() !== '') return text.trim();
  throw new StreamAlignerError(
    'configuration',
    `The policy file ${path} is empty. Write the policy into it.`,
  );
}

async function loadEmbeddedPair(options: EmbeddedPairOptions): Promise<EmbeddedPair> {
  const { createTinyPair } = await import('@stream-aligner/local');
  return createTinyPair(options);
}

/** A record's own value: `constructor` and the like are no models. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
