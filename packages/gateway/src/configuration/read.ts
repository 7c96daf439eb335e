import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import { type ParseConfigurationOptions, parseConfiguration } from './parse.ts';
import type { Configuration } from './schema.ts';

/** Reads a configuration file; see {@link parseConfiguration}. Throws `configuration` when it cannot be read or holds mistakes. */
export async function readConfiguration(
  path: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
  { serves = true }: Pick<ParseConfigurationOptions, 'serves'> = {},
): Promise<Configuration> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new StreamAlignerError(
      'configuration',
      `The configuration ${path} cannot be read (${cause.code ?? cause.name}). Check that the path is right and readable.`,
      { cause },
    );
  });
  const configuration = parseConfiguration({ text, env, source: path, serves });
  for (const server of [
    ...Object.values(configuration.upstreams),
    ...Object.values(configuration.aligners),
  ]) {
    if ('modelPath' in server) server.modelPath = resolve(dirname(path), server.modelPath);
    if ('policyFile' in server) server.policyFile = resolve(dirname(path), server.policyFile);
  }
  const { traces } = configuration;
  if (traces?.url.startsWith('sqlite:'))
    traces.url = `sqlite:${resolve(dirname(path), traces.url.slice('sqlite:'.length))}`;
  return configuration;
}
