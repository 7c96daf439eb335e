import { StreamAlignerError } from '@stream-aligner/core';
import { type ContinuationProbe, createUpstream, probeContinuation } from '@stream-aligner/providers';
import { type ModelConfiguration, namesOf } from '../configuration/models.ts';
import type { Configuration } from '../configuration/schema.ts';
import { type HttpUpstreamConfiguration, isHttp } from '../configuration/upstreams.ts';

/** Asks a configured server to continue a prefix. What mends its habits in real answers is left off. */
export function probeUpstream(configured: HttpUpstreamConfiguration): Promise<ContinuationProbe> {
  const {
    cancelStopsBilling: _billing,
    probe: _probe,
    maxConcurrent: _most,
    maxQueue: _queue,
    price: _price,
    ...options
  } = configured;
  const bare = createUpstream({ ...options, echo: 'never', junction: 'exact' });
  return probeContinuation(bare, { mendsEcho: options.echo !== 'never' });
}

/** What a server that does not continue a prefix turned out to do; a server that is not there may yet come. */
const UNFIT: ReadonlySet<ContinuationProbe['continuation']> = new Set(['restarts', 'thinks', 'rejects']);

/** The upstreams with `probe: startup`, and what their probes found. */
export interface StartupProbes {
  run(): Promise<void>;
  /** Throws `configuration` for a model that steers an upstream which was found not to continue a prefix. */
  check(model: ModelConfiguration): void;
}

export function createStartupProbes({ upstreams }: Configuration): StartupProbes {
  const unfit = new Map<string, string>();
  return {
    async run() {
      await Promise.all(
        Object.entries(upstreams).map(async ([name, configured]) => {
          if (!isHttp(configured) || configured.probe !== 'startup') return;
          const { continuation, message } = await probeUpstream(configured);
          if (UNFIT.has(continuation)) unfit.set(name, message);
          else unfit.delete(name);
        }),
      );
    },
    check({ upstream, aligner, mode }) {
      // Without corrections, and in shadow mode, nothing is ever continued but after a failure.
      if (aligner === undefined || mode === 'shadow') return;
      const found = namesOf(upstream).find((name) => unfit.has(name));
      if (found === undefined) return;
      throw new StreamAlignerError(
        'configuration',
        `The upstream ${found} of this model cannot be steered: it ${unfit.get(found)} Until then use \`mode: shadow\`, or \`continuation: emulated\`.`,
      );
    },
  };
}
