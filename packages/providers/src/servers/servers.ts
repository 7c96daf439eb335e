import { hostedServers } from './hosted.ts';
import { localServers } from './local.ts';
import type { Server } from './server.ts';

const known = { ...localServers, ...hostedServers };

/** The name of a kind of server, as a configuration's `type` gives it. */
export type ServerType = keyof typeof known;

/** Every kind of server with what is known of it. */
export const servers: Readonly<Record<ServerType, Server>> = known;

/** Every {@link ServerType}. */
export const serverTypes: readonly [ServerType, ...ServerType[]] = Object.keys(known) as [
  ServerType,
  ...ServerType[],
];
