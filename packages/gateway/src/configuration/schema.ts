import * as z from 'zod';
import { aligner } from './aligners.ts';
import { keys } from './keys.ts';
import { count, milliseconds, name } from './model-server.ts';
import { model } from './models.ts';
import { scorer } from './scorers.ts';
import { section } from './section.ts';
import { traces } from './traces.ts';
import { upstream } from './upstreams.ts';

const notAPort = { error: 'expected a port between 0 and 65535' };
/** A port; text that is one is taken too, since the environment knows only text. */
export const portSchema = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], notAPort)
  .pipe(z.int(notAPort).min(0, notAPort).max(65_535, notAPort));

const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: 'expected an origin such as https://chat.example.org, without a path',
});

const server = section({
  host: name.exactOptional(),
  port: portSchema.exactOptional(),
  /** API keys; a request must bring one of them. None: everybody who reaches the port is served. */
  keys,
  maxBodyBytes: z
    .int()
    .min(1024)
    .default(10 * 1024 * 1024),
  maxConcurrent: z.int().min(1).default(1000),
  heartbeatMs: milliseconds.default(15_000),
  /** How long answers may take to finish once the gateway is told to stop. */
  drainMs: count.default(30_000),
  /** When a server that keeps failing is left alone; see `createBreaker`. */
  breaker: section({
    failures: z.int().min(1).default(5),
    openMs: milliseconds.default(10_000),
  }).prefault({}),
  /** Origins of web pages that may use this gateway; pages that it serves itself on this machine always may. */
  allowedOrigins: z.array(origin).default([]),
  /** Whether the playground and the traces have pages, at `/` and `/traces`. */
  playground: z.boolean().default(true),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** The whole configuration file. */
export const configurationSchema = section({
  server: server.prefault({}),
  upstreams: z.record(z.string(), upstream).default({}),
  aligners: z.record(z.string(), aligner).default({}),
  scorers: z.record(z.string(), scorer).default({}),
  traces: traces.exactOptional(),
  models: z
    .record(z.string(), model)
    .refine((models) => Object.keys(models).length > 0, { error: 'name at least one model to serve' }),
});

/** As {@link configurationSchema}, for what uses models by the names of `upstreams` and `aligners` and serves none. */
export const unservedSchema = configurationSchema.extend({ models: z.record(z.string(), model).default({}) });

/** A checked configuration, every default filled in. */
export type Configuration = z.infer<typeof configurationSchema>;
