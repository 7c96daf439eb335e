import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StreamAlignerError } from '@stream-aligner/core';
import {
  type AlignerConfiguration,
  billsOn,
  type Configuration,
  openRecipes,
  type Recipes,
  type UpstreamConfiguration,
} from '@stream-aligner/gateway';
import type { ModelDescription, OpenUpstream } from '@stream-aligner/lab';
import { tinyModelPath } from '@stream-aligner/local';
import type { FoundConfiguration } from '../find-configuration.ts';

type Kind = 'upstreams' | 'aligners';
type Configured = UpstreamConfiguration | AlignerConfiguration;

/** The embedded model, which needs no definition. */
const BUILT_IN = 'tiny';

/** The models of a configuration, by the names they have there. */
export interface NamedModels {
  /** Throws `invalid-request` for a name that is not configured; loads the model if it runs in this process. */
  upstream(name: string): Promise<OpenUpstream>;
  aligner(name: string): ReturnType<Recipes['aligner']>;
  /** The upstream that is meant when none is named. Throws `invalid-request` where there are several. */
  onlyUpstream(): string;
  /** What a model is known by, whatever its address and key. */
  describe(kind: Kind, name: string): Promise<ModelDescription>;
  /** What a million of a model's tokens cost; undefined where nobody says. */
  priceOf(kind: Kind, name: string): { input: number; output: number } | undefined;
  close(): Promise<void>;
}

/** Opens the models of a configuration for so many answers at once: as many may wait for a model with a limit. */
export function openNamedModels(found: FoundConfiguration, concurrency: number): NamedModels {
  const configuration = withRoom(found.configuration, concurrency);
  const recipes = openRecipes({ configuration });
  const digests: Record<string, Promise<string | undefined>> = {};

  function configured(kind: Kind, name: string): Configured {
    const section: Readonly<Record<string, Configured>> = configuration[kind];
    if (Object.hasOwn(section, name) && section[name]) return section[name];
    if (name === BUILT_IN) return { type: BUILT_IN };
    const known = [...Object.keys(section), BUILT_IN].join(', ');
    const where = found.path ?? 'the configuration, since there is none (--config)';
    throw new StreamAlignerError(
      'invalid-request',
      `There is no "${name}" under ${kind} in ${where}. These are known: ${known}.`,
    );
  }

  return {
    async upstream(name) {
      const entry = configured('upstreams', name) as UpstreamConfiguration;
      const upstream = await recipes.upstream(name);
      return { upstream, ...(billsOn(entry) && { lookahead: 0 }) };
    },
    async aligner(name) {
      configured('aligners', name);
      return recipes.aligner(name);
    },
    onlyUpstream() {
      const [only = BUILT_IN, ...others] = Object.keys(configuration.upstreams);
      if (others.length === 0) return only;
      throw new StreamAlignerError(
        'invalid-request',
        `There are several upstreams. Name those that shall answer with --upstream: ${[only, ...others].join(', ')}.`,
      );
    },
    async describe(kind, name) {
      const entry = configured(kind, name);
      const file = await fileOf(kind, entry);
      const weights = file === null ? undefined : await (digests[file] ??= digestOf(file));
      return { name, ...(await describe(entry, weights)) };
    },
    priceOf(kind, name) {
      const entry = configured(kind, name);
      return 'price' in entry ? entry.price : undefined;
    },
    close: () => recipes.close(),
  };
}

/** The configuration with queues that turn no answer of a build away. */
function withRoom(configuration: Configuration, concurrency: number): Configuration {
  const widened = <T extends Configured>(section: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(section).map(([name, entry]) => [
        name,
        { ...entry, maxQueue: Math.max(entry.maxQueue ?? 0, concurrency) },
      ]),
    ) as Record<string, T>;
  const { server, upstreams, aligners } = configuration;
  return {
    ...configuration,
    server: { ...server, maxConcurrent: Math.max(server.maxConcurrent, concurrency) },
    upstreams: widened(upstreams),
    aligners: widened(aligners),
  };
}

/** What says nothing about a model's words: where it is, who pays, how much of it there is. */
const BESIDE = [
  'type baseUrl apiKey headers timeouts maxConcurrent maxQueue price probe cancelStopsBilling',
  'sequences threads model modelPath name policyFile',
].flatMap((names) => names.split(' '));

/** The file of a model that runs in this process. */
async function fileOf(kind: Kind, entry: Configured): Promise<string | null> {
  if ('modelPath' in entry) return entry.modelPath;
  return entry.type === BUILT_IN ? tinyModelPath(kind === 'upstreams' ? 'upstream' : 'aligner') : null;
}

/** SHA-256 of a file, so that a run is not gone on with after its model was trained anew; loading says what is missing. */
async function digestOf(file: string): Promise<string | undefined> {
  const digest = createHash('sha256');
  return pipeline(createReadStream(file), digest).then(
    () => digest.digest('hex'),
    () => undefined,
  );
}

/** `weights`: a digest of the model's file. */
async function describe(
  entry: Configured,
  weights: string | undefined,
): Promise<Omit<ModelDescription, 'name'>> {
  const settings: Record<string, unknown> = Object.fromEntries(
    Object.entries(entry).filter(([key]) => !BESIDE.includes(key)),
  );
  if (weights !== undefined) settings['weights'] = weights;
  if ('policyFile' in entry && entry.policyFile !== undefined)
    settings['policy'] = await readFile(entry.policyFile, 'utf8').catch(() => undefined);
  const digest = hash('sha256', JSON.stringify(settings), 'hex').slice(0, 16);
  const model =
    'model' in entry ? entry.model : 'modelPath' in entry ? basename(entry.modelPath) : entry.type;
  return { model, ...(Object.keys(settings).length > 0 && { settings: digest }) };
}
