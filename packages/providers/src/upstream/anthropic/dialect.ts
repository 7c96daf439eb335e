import type { Dialect } from '../dialect.ts';
import { createAnthropicReader } from './read-events.ts';
import { anthropicRequest } from './request.ts';

/** Anthropic's Messages API. */
export const anthropicDialect: Dialect = { request: anthropicRequest, createReader: createAnthropicReader };
