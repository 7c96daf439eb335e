import { type Configuration, configurationSchema } from './schema.ts';

/** What is served without a configuration: the embedded pair, aligned and raw, with every option open to clients. */
export function defaultConfiguration(): Configuration {
  return configurationSchema.parse({
    models: {
      'tiny-aligned': { upstream: 'tiny', aligner: 'tiny', overrides: 'any' },
      tiny: { upstream: 'tiny', overrides: 'any' },
    },
  });
}
