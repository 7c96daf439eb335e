import { type AlignEvent, alignStream, type Clock } from '@stream-aligner/core';
import { type AnswerRequest, readAnswerRequest } from '../answer/read-request.ts';
import { plainReply, streamedReply } from '../answer/reply.ts';
import { usageOf } from '../answer/usage.ts';
import type { Configuration } from '../configuration/schema.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { observed } from '../observe/observed.ts';
import { countWaiting } from '../observe/waiting.ts';
import type { Recipes } from '../recipes/open-recipes.ts';
import type { AnswersInFlight } from './answers-in-flight.ts';
import { readJsonBody } from './read-body.ts';

/** What the routes of one gateway share. */
export interface GatewayParts {
  server: Configuration['server'];
  recipes: Recipes;
  answers: AnswersInFlight;
  metrics: Metrics;
  log: Log;
  clock: Clock;
  /** How many are loading the models at this moment. */
  loading: number;
  /** A new identifier, unguessable and unique. */
  newId: () => string;
}

/**
 * `POST /v1/chat/completions`. Throws what a reply with an error status is made from; `onAnswer` is called when the
 * request was taken, so that what goes wrong from then on is a failed answer and not a refused request.
 */
export async function answerChat(
  request: Request,
  { parts, requestId, onAnswer }: { parts: GatewayParts; requestId: string; onAnswer(): void },
): Promise<Response> {
  const { server, recipes, answers, clock } = parts;
  // Before the body is read: bodies take memory, too.
  const { controller, leave } = answers.admit(request.signal);
  const { signal } = controller;
  let asked: AnswerRequest;
  try {
    const body = await readJsonBody(request, { maxBytes: server.maxBodyBytes, signal });
    asked = await readAnswerRequest(body, recipes);
  } catch (error) {
    leave();
    throw error;
  }
  onAnswer();
  const events = answerEvents(asked, { parts, requestId, signal, leave });
  const { recipe, messages } = asked;
  const reply = asked.stream ? streamedReply : plainReply;
  return reply({
    events,
    controller,
    clock,
    heartbeatMs: server.heartbeatMs,
    writer: {
      id: `chatcmpl-${parts.newId()}`,
      created: Math.floor(Date.now() / 1000),
      model: recipe.name,
      includeUsage: asked.includeUsage,
      trace: asked.trace,
      usage: ({ counts }) => usageOf(counts, { upstream: recipe.upstream, messages }),
    },
  });
}

/** The events of one answer, seen by whoever watches the gateway; `leave` is called when they are over. */
async function* answerEvents(
  { recipe, options, messages, params, stream }: AnswerRequest,
  context: { parts: GatewayParts; requestId: string; signal: AbortSignal; leave(): void },
): AsyncGenerator<AlignEvent, void, undefined> {
  const { parts, requestId, signal, leave } = context;
  const { metrics, log, clock } = parts;
  try {
    const upstream = countWaiting(recipe.upstream, metrics.waiting);
    const { aligner } = recipe;
    const events = alignStream({ ...options, upstream, aligner, messages, params, signal, clock });
    yield* observed(events, { recipe, requestId, stream, metrics, log });
  } finally {
    leave();
  }
}
