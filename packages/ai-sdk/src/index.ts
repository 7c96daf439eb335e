export { alignMiddleware } from './align-middleware.ts';
export type { AlignMiddlewareOptions, AlignmentMetadata } from './options.ts';
