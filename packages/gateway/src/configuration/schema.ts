import type { SegmentKind } from '@stream-aligner/core';
import * as z from 'zod';
import { section } from './section.ts';

const milliseconds = z.int().min(1);
const count = z.int().min(0);
const name = z.string().min(1);
const headers = z.record(z.string(), z.string());
const body = z.record(z.string(), z.unknown());
const timeouts = section({
  firstByte: milliseconds.exactOptional(),
  betweenBytes: milliseconds.exactOptional(),
});

const baseUrl = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
  error: 'expected an http or https address, for example http://127.0.0.1:8080/v1',
});

/** What both kinds of OpenAI-compatible server take. */
const endpoint = { baseUrl, model: name, apiKey: name.exactOptional(), headers: headers.exactOptional() };

const openaiUpstream = section({
  type: z.literal('openai'),
  ...endpoint,
  continuation: z.enum(['flags', 'trailing']).default('flags'),
  echo: z.enum(['detect', 'never']).exactOptional(),
  junction: z.enum(['exact', 'trimmed']).exactOptional(),
  reasoningField: z.enum(['reasoning_content', 'reasoning', 'thinking']).nullable().exactOptional(),
  /** False where a request that is aborted is billed to its end: look-ahead is then 0 unless a model says otherwise. */
  cancelStopsBilling: z.boolean().default(true),
  body: body.exactOptional(),
  timeouts: timeouts.exactOptional(),
});

const openaiAligner = section({
  type: z.literal('openai'),
  ...endpoint,
  contract: z.enum(['stream-aligner', 'instruct']),
  policy: name.exactOptional(),
  window: z.int().min(256).exactOptional(),
  body: body.exactOptional(),
  timeouts: timeouts.exactOptional(),
});

/** What every model that runs in this process takes. */
const inProcess = {
  type: z.literal('local'),
  /** A GGUF file; a relative path starts at the configuration's folder. */
  modelPath: name,
  name: name.exactOptional(),
  sequences: z.int().min(1).exactOptional(),
  maxQueue: count.exactOptional(),
  threads: z.int().min(1).exactOptional(),
  contextSize: z.int().min(64).exactOptional(),
  kvCache: z.enum(['F32', 'F16']).exactOptional(),
};
const localUpstream = section({ ...inProcess, temperature: z.number().min(0).max(2).exactOptional() });
const localAligner = section({ ...inProcess, copyCheck: z.enum(['exact', 'off']).exactOptional() });

const tiny = section({
  type: z.literal('tiny'),
  sequences: z.int().min(1).exactOptional(),
  /** Default `server.maxConcurrent`: everybody who is let in may wait. */
  maxQueue: count.exactOptional(),
});

const unknownType = { error: 'expected a `type` of "openai", "local" or "tiny"' };
const upstream = z.discriminatedUnion('type', [openaiUpstream, localUpstream, tiny], unknownType);
const aligner = z.discriminatedUnion('type', [openaiAligner, localAligner, tiny], unknownType);

/** How one answer is aligned: the library's options of the same names, with the same defaults. */
export const recipeOptions = {
  rounds: z
    .union([count, z.literal('all')], { error: 'expected a whole number of 0 or more, or "all"' })
    .exactOptional(),
  then: z.enum(['continue', 'stop']).exactOptional(),
  mode: z.enum(['align', 'shadow']).exactOptional(),
  lookahead: z.int().min(0).max(64).exactOptional(),
  onAlignerFailure: z.enum(['block', 'pass']).exactOptional(),
  reasoning: z.enum(['drop', 'pass']).exactOptional(),
};

const kinds = [
  'prose',
  'heading',
  'list-item',
  'table',
  'code',
  'math',
] as const satisfies readonly SegmentKind[];

const model = section({
  upstream: name,
  aligner: name.exactOptional(),
  ...recipeOptions,
  exempt: z.array(z.enum(kinds)).exactOptional(),
  retries: z.int().min(0).max(10).exactOptional(),
  allowDelete: z.boolean().exactOptional(),
  maxRestarts: count.exactOptional(),
  maxSegmentLength: z.int().min(64).exactOptional(),
  deadlines: section({
    open: milliseconds.exactOptional(),
    upstream: milliseconds.exactOptional(),
    correction: milliseconds.exactOptional(),
    answer: milliseconds.exactOptional(),
  }).exactOptional(),
  /**
   * What a request's `stream_aligner` field may change: nothing, only what never lets more unaligned text out, or any of
   * its options.
   */
  overrides: z.enum(['none', 'tighten', 'any']).default('tighten'),
});

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
  keys: z.array(z.string().min(8, { error: 'a key needs at least 8 characters' })).default([]),
  maxBodyBytes: z
    .int()
    .min(1024)
    .default(10 * 1024 * 1024),
  maxConcurrent: z.int().min(1).default(1000),
  heartbeatMs: milliseconds.default(15_000),
  /** How long answers may take to finish once the gateway is told to stop. */
  drainMs: count.default(30_000),
  /** Origins of web pages that may use this gateway; pages that it serves itself on this machine always may. */
  allowedOrigins: z.array(origin).default([]),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** The whole configuration file. */
export const configurationSchema = section({
  server: server.prefault({}),
  upstreams: z.record(z.string(), upstream).default({}),
  aligners: z.record(z.string(), aligner).default({}),
  models: z
    .record(z.string(), model)
    .refine((models) => Object.keys(models).length > 0, { error: 'name at least one model to serve' }),
});

/** A checked configuration, every default filled in. */
export type Configuration = z.infer<typeof configurationSchema>;
export type UpstreamConfiguration = z.infer<typeof upstream>;
export type AlignerConfiguration = z.infer<typeof aligner>;
export type ModelConfiguration = z.infer<typeof model>;
