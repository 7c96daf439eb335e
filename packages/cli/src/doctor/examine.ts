import { StreamAlignerError, type Upstream } from '@stream-aligner/core';
import { type Configuration, isHttp, namesOf, probeUpstream, type Recipes } from '@stream-aligner/gateway';
import { checkModelFile, tinyModelPath } from '@stream-aligner/local';
import type { Check } from './check.ts';
import { probeAligner } from './probe-aligner.ts';
import { probeRewriting } from './probe-rewriting.ts';

/** What a model runs on: the part of both kinds of configuration that decides how it is looked at. */
type Server = Configuration['upstreams' | 'aligners'][string];

/** Looks at everything that a configuration uses, one after another. */
export async function* examine(
  configuration: Configuration,
  {
    recipes,
    unavailable,
  }: {
    recipes: Recipes;
    /** Why an aligner's copy check does not work, once it was tried. */
    unavailable: ReadonlyMap<string, string>;
  },
): AsyncGenerator<Check> {
  const models = Object.values(configuration.models);
  for (const name of new Set(models.flatMap(({ upstream }) => namesOf(upstream)))) {
    const server = configuration.upstreams[name] ?? ({ type: 'tiny' } as const);
    yield* oneOf(`upstream ${name}`, { server, which: 'upstream' }, () =>
      isHttp(server) ? probeUpstream(server) : probeLocal(recipes.upstream(name)),
    );
  }
  for (const name of new Set(models.flatMap(({ aligner }) => namesOf(aligner)))) {
    const server = configuration.aligners[name] ?? ({ type: 'tiny' } as const);
    yield* oneOf(`aligner ${name}`, { server, which: 'aligner' }, async () => {
      const found = await probeAligner(await recipes.aligner(name));
      if (found.status !== 'ok') return found;
      const instructed = 'contract' in server && server.contract === 'instruct';
      const notes = [unavailable.get(name), instructed ? await probeRewriting(server) : null];
      const noted = notes.filter((note) => note != null);
      if (noted.length === 0) return found;
      return { ...found, status: 'warning', message: [found.message, ...noted].join('. ') };
    });
  }
}

async function* oneOf(
  name: string,
  { server, which }: { server: Server; which: 'upstream' | 'aligner' },
  probe: () => Promise<Omit<Check, 'name'>>,
): AsyncGenerator<Check> {
  try {
    if (!isHttp(server)) {
      const path = 'modelPath' in server ? server.modelPath : await tinyModelPath(which);
      const bytes = await checkModelFile(path);
      yield { name: `${name}: file`, status: 'ok', message: `${path} is whole (${megabytes(bytes)} MB)` };
    }
    yield { name, ...(await probe()) };
  } catch (error) {
    if (!StreamAlignerError.isInstance(error)) throw error;
    yield { name, status: 'failed', message: error.message };
  }
}

/** A model in this process is given the prefix as part of its own prompt; that it writes is all there is to see. */
async function probeLocal(loading: Promise<Upstream>): Promise<Omit<Check, 'name'>> {
  const upstream = await loading;
  const signal = AbortSignal.timeout(30_000);
  const messages = [{ role: 'user' as const, content: 'Ann has 5 pens. How many pens does Ann have?' }];
  const session = await upstream.open({ messages, params: { temperature: 0 }, signal });
  let length = 0;
  try {
    for await (const event of session.continueFrom('Ann has', signal, { maxTokens: 8 })) {
      if (event.type === 'text-delta') length += event.text.length;
    }
  } finally {
    await session.close();
  }
  if (length > 0)
    return {
      status: 'ok',
      continuation: 'continues',
      message: 'runs in this process and continues a prefix',
    };
  return { status: 'failed', message: 'loads, but writes nothing. Check that it is a chat model.' };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
