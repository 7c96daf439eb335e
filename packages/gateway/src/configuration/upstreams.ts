import {
  continuationNames,
  type Server,
  type ServerType,
  servers,
  serverTypes,
} from '@stream-aligner/providers';
import * as z from 'zod';
import { httpServer, inProcess, oneOfTypes, tiny } from './model-server.ts';
import { section } from './section.ts';

/** Every way but `completions`, whose template is a function and so cannot be written in a file. */
const continuations = continuationNames.filter((name) => name !== 'completions');

const httpUpstream = section({
  type: z.enum(serverTypes),
  ...httpServer,
  continuation: z.enum(continuations).exactOptional(),
  /** What `continuation: emulated` asks, with `{prefix}` in it. */
  continuationPrompt: z
    .string()
    .includes('{prefix}', { error: 'write {prefix} where the answer so far belongs' })
    .exactOptional(),
  echo: z.enum(['detect', 'never']).exactOptional(),
  junction: z.enum(['exact', 'trimmed']).exactOptional(),
  reasoningField: z.enum(['reasoning_content', 'reasoning', 'thinking']).nullable().exactOptional(),
  /**
   * False where a request that is aborted is billed to its end: look-ahead is then 0 unless a model says otherwise.
   * Default: as is known of the kind of server.
   */
  cancelStopsBilling: z.boolean().exactOptional(),
  /** Whether the server is asked to continue a prefix when the gateway starts. */
  probe: z.enum(['startup', 'never']).default('never'),
}).superRefine((configured, context) => {
  requireAddress(configured, context);
  const { type, continuation } = configured;
  const server: Server = servers[type];
  if (continuation !== undefined && !server.continuations.includes(continuation)) {
    const offered = continuations.filter((name) => server.continuations.includes(name)).join(', ');
    const message = `${server.title} cannot be continued this way; it takes: ${offered}`;
    context.addIssue({ code: 'custom', path: ['continuation'], message });
  }
});

const localUpstream = section({ ...inProcess, temperature: z.number().min(0).max(2).exactOptional() });

/** One entry of `upstreams`. */
export const upstream = z.discriminatedUnion('type', [httpUpstream, localUpstream, tiny], oneOfTypes);

export type UpstreamConfiguration = z.infer<typeof upstream>;
export type HttpUpstreamConfiguration = z.infer<typeof httpUpstream>;

/** Reports a server without an address whose kind has no usual one. */
export function requireAddress(
  { type, baseUrl }: { type: ServerType; baseUrl?: string },
  context: z.core.$RefinementCtx,
): void {
  const server: Server = servers[type];
  if (baseUrl !== undefined || server.baseUrl !== undefined) return;
  const message = `${server.title} has no usual address; give one, for example ${server.exampleUrl}`;
  context.addIssue({ code: 'custom', path: ['baseUrl'], message });
}

/** Whether an upstream is a server, and not a model in this process. */
export function isHttp<T extends { type: string }>(
  configured: T,
): configured is Exclude<T, { type: 'local' | 'tiny' }> {
  return configured.type !== 'local' && configured.type !== 'tiny';
}

/** Whether an answer that is left is billed to its end, so that writing ahead costs money. */
export function billsOn(configured: UpstreamConfiguration): boolean {
  if (!isHttp(configured)) return false;
  const known: Server = servers[configured.type];
  return !(configured.cancelStopsBilling ?? known.cancel !== 'bills-on');
}
