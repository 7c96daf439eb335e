export { buildIdOf } from './build-id.ts';
export { connect, type Connection, type ConnectOptions } from './connection.ts';
export { type BuildNeeds, modelFault } from './needs.ts';
export type { WorkerPresence } from './presence.ts';
export { type BuildQueue, type BuildQueueOptions, openBuildQueue } from './producer.ts';
export type { Run } from './serving.ts';
export { type QueueWorkerEvent, type QueueWorkerOptions, serveQueue } from './worker.ts';
