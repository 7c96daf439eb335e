import { type AlignEvent, alignStream } from '@stream-aligner/core';
import type { UsageBody } from '@stream-aligner/providers/wire';
import type { FinishedEvent } from '../answer/events.ts';
import type { AnswerRequest } from '../answer/read-request.ts';
import { plainReply, type ReplyFace, streamedReply } from '../answer/reply.ts';
import { usageOf } from '../answer/usage.ts';
import { observed } from '../observe/observed.ts';
import type { Recipes } from '../recipes/open-recipes.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { readJsonBody } from './read-body.ts';
import { refuseEndlessRequest } from './request-size.ts';
import { refuseServerFields } from './server-fields.ts';

/** What every face of an answer is made with. */
export interface FaceParts {
  /** Unix time in seconds. */
  created: number;
  /** The recipe's name. */
  model: string;
  newId(): string;
  usage(event: FinishedEvent): UsageBody;
}

/** A way to ask for answers over HTTP: how a request is read, and what its reply looks like. */
export interface AnswerApi {
  /** Checks a parsed body. Throws `invalid-request`. */
  read(body: unknown, recipes: Recipes): Promise<{ asked: AnswerRequest; face(parts: FaceParts): ReplyFace }>;
}

/**
 * Answers one request of an API. Throws what a reply with an error status is made from; `onAnswer` is called when the
 * request was taken, so that what goes wrong from then on is a failed answer and not a refused request.
 */
export async function answerRequest(
  request: Request,
  options: { api: AnswerApi; parts: GatewayParts; requestId: string; onAnswer(): void },
): Promise<Response> {
  const { api, parts, requestId, onAnswer } = options;
  const { server, recipes, answers, clock } = parts;
  // Before the body is read: bodies take memory, too.
  const { controller, leave } = answers.admit(request.signal);
  const { signal } = controller;
  let read: Awaited<ReturnType<AnswerApi['read']>>;
  try {
    const body = await readJsonBody(request, { maxBytes: server.maxBodyBytes, signal, clock });
    refuseEndlessRequest(body);
    read = await api.read(body, recipes);
    refuseServerFields(read.asked.params.extra);
  } catch (error) {
    leave();
    throw error;
  }
  onAnswer();
  const { asked, face } = read;
  const { recipe, messages } = asked;
  const reply = asked.stream ? streamedReply : plainReply;
  return reply({
    events: answerEvents(asked, { parts, headers: request.headers, requestId, signal, leave }),
    controller,
    clock,
    heartbeatMs: server.heartbeatMs,
    face: face({
      created: Math.floor(Date.now() / 1000),
      model: recipe.name,
      newId: parts.newId,
      usage: ({ counts }) => usageOf(counts, { upstream: recipe.upstream, messages }),
    }),
  });
}

/** The events of one answer, seen by whoever watches the gateway; `leave` is called when they are over. */
async function* answerEvents(
  asked: AnswerRequest,
  context: { parts: GatewayParts; headers: Headers; requestId: string; signal: AbortSignal; leave(): void },
): AsyncGenerator<AlignEvent, void, undefined> {
  const { parts, headers, requestId, signal, leave } = context;
  const { metrics, traces, log, clock } = parts;
  const { recipe, options, messages, params, stream } = asked;
  try {
    const events = observed(
      (models) => alignStream({ ...options, ...models, messages, params, signal, clock }),
      { asked, headers, requestId, metrics, log, clock },
    );
    yield* traces && recipe.traced ? traces.record(events, { recipe, messages, requestId, stream }) : events;
  } finally {
    leave();
  }
}
