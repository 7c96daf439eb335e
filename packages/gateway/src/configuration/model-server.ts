import { serverTypes } from '@stream-aligner/providers';
import * as z from 'zod';
import { section } from './section.ts';

export const milliseconds = z.int().min(1);
export const count = z.int().min(0);
export const name = z.string().min(1);

const baseUrl = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
  error: 'expected an http or https address, for example http://127.0.0.1:8080/v1',
});

/** What every model on a server takes, upstream or aligner. */
export const httpServer = {
  /** Default: where servers of this kind usually are. */
  baseUrl: baseUrl.exactOptional(),
  model: name,
  apiKey: name.exactOptional(),
  headers: z.record(z.string(), z.string()).exactOptional(),
  /** Fields of every request in the server's own words. */
  body: z.record(z.string(), z.unknown()).exactOptional(),
  timeouts: section({
    firstByte: milliseconds.exactOptional(),
    betweenBytes: milliseconds.exactOptional(),
  }).exactOptional(),
  /** Answers that use the server at once. Default: no limit of its own. */
  maxConcurrent: z.int().min(1).exactOptional(),
  /** Answers that may wait for that; further ones are refused (429). Default 64. */
  maxQueue: count.exactOptional(),
  /** What a million tokens cost, in any currency: `data build` reckons with it. */
  price: section({
    input: z.number().min(0).default(0),
    output: z.number().min(0).default(0),
  }).exactOptional(),
};

/** What every model that runs in this process takes. */
export const inProcess = {
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

/** The embedded pair, upstream or aligner. */
export const tiny = section({
  type: z.literal('tiny'),
  sequences: z.int().min(1).exactOptional(),
  /** Default `server.maxConcurrent`: everybody who is let in may wait. */
  maxQueue: count.exactOptional(),
});

/** The message for a `type` that is none. */
export const oneOfTypes = {
  error: `expected a \`type\`: the kind of server (${serverTypes.join(', ')}), local or tiny`,
};
