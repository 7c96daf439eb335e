import { access } from 'node:fs/promises';
import { type Configuration, defaultConfiguration, readConfiguration } from '@stream-aligner/gateway';

/** The file that is read when nothing names another. */
export const DEFAULT_FILE = 'stream-aligner.yaml';

export interface FoundConfiguration {
  configuration: Configuration;
  /** The file, or null for the embedded models without one. */
  path: string | null;
}

/**
 * The configuration that counts: of the flag, else of STREAM_ALIGNER_CONFIG, else of stream-aligner.yaml in the working
 * directory if there is one, else the embedded models. Throws `configuration` for a file that cannot be read or is wrong.
 * Without `serves` it need not name a model to serve.
 */
export async function findConfiguration(
  flag: string | undefined,
  { serves = true }: { serves?: boolean } = {},
): Promise<FoundConfiguration> {
  const path = await configurationPath(flag);
  if (path === null) return { path, configuration: defaultConfiguration() };
  return { path, configuration: await readConfiguration(path, process.env, { serves }) };
}

/** The path of the configuration that counts, or null. */
export async function configurationPath(flag: string | undefined): Promise<string | null> {
  const named = flag ?? (process.env['STREAM_ALIGNER_CONFIG'] || undefined);
  if (named !== undefined) return named;
  const there = await access(DEFAULT_FILE).then(
    () => true,
    () => false,
  );
  return there ? DEFAULT_FILE : null;
}
