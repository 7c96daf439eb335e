import type { AlignEvent, FinishReason } from '@stream-aligner/core';
import {
  errorEnvelope,
  type ResponseBody,
  type ResponseErrorBody,
  type ResponseEvent,
  type ResponseSettings,
  type UsageBody,
} from '@stream-aligner/providers/wire';
import type { FailedEvent, FinishedEvent } from '../answer/events.ts';
import { createOutput } from './output.ts';
import { responseUsage } from './usage.ts';

export interface RecorderOptions {
  id: string;
  /** Unix time in seconds. */
  created: number;
  model: string;
  settings: ResponseSettings;
  /** A new identifier for an item. */
  newId(): string;
  usage(event: FinishedEvent): UsageBody;
}

/** Retells the events of one answer as those of one response. */
export interface Recorder {
  /** The events before all others. */
  begin(): ResponseEvent[];
  /** What one event comes to; [] when a client is told nothing of it. The last one's response is the whole answer. */
  take(event: Exclude<AlignEvent, FailedEvent>): ResponseEvent[];
  /** The end of an answer that failed, which nothing could take for a good one. */
  fail(error: unknown): ResponseEvent[];
}

const incomplete: Partial<Record<FinishReason, NonNullable<ResponseBody['incomplete_details']>['reason']>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
};

export function createRecorder({ id, created, model, settings, newId, usage }: RecorderOptions): Recorder {
  const output = createOutput(newId);

  function body(status: ResponseBody['status'], more: Partial<ResponseBody> = {}): ResponseBody {
    return {
      id,
      object: 'response',
      created_at: created,
      status,
      background: false,
      error: null,
      incomplete_details: null,
      model,
      output: output.items(),
      usage: null,
      ...settings,
      ...more,
    };
  }

  function finished(event: FinishedEvent): ResponseEvent[] {
    const reason = incomplete[event.reason];
    const status = reason ? 'incomplete' : 'completed';
    const ended = output.finish(status);
    const response = body(status, {
      usage: responseUsage(usage(event)),
      ...(reason && { incomplete_details: { reason } }),
    });
    return [...ended, { type: `response.${status}`, response }];
  }

  return {
    begin: () =>
      (['response.created', 'response.in_progress'] as const).map((type) => ({
        type,
        response: body('in_progress', { output: [] }),
      })),
    take(event) {
      return [
        ...(event.type === 'reasoning-delta' ? output.reasoning(event.text) : []),
        ...(event.sent === '' ? [] : output.text(event.sent)),
        ...(event.type === 'tool-call-delta' ? output.call(event.delta) : []),
        ...(event.type === 'answer-finished' ? finished(event) : []),
      ];
    },
    fail: (error) => [{ type: 'response.failed', response: body('failed', { error: errorBody(error) }) }],
  };
}

/** OpenAI has few words for why a response failed; the message and the envelope's type say more. */
function errorBody(error: unknown): ResponseErrorBody {
  const { status, body } = errorEnvelope(error);
  const { message, type, param } = body.error;
  const code = status === 429 ? 'rate_limit_exceeded' : status < 500 ? 'invalid_prompt' : 'server_error';
  return { code, message, type, param };
}
