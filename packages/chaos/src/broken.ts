import { type Configuration, createGateway, type Gateway } from '@stream-aligner/gateway';
import { MODEL } from './configuration.ts';
import type { FindingKind } from './judge.ts';
import type { Schedule } from './schedule.ts';

/** A gateway that is wrong in one way, which the harness must notice. */
export interface Breakage {
  kind: FindingKind;
  how: string;
  /** Makes the schedules ones in which it shows. */
  adjust(schedule: Schedule): Schedule;
  create(configuration: Configuration): Gateway;
}

export const breakages: readonly Breakage[] = [
  {
    kind: 'leaked',
    how: 'drafts go out before the aligner has judged them',
    adjust: (schedule) => ({ ...undisturbed(schedule), world: { ...schedule.world, rewritePercent: 100 } }),
    create: (configuration) => createGateway({ configuration: inShadow(configuration) }),
  },
  {
    kind: 'lost',
    how: 'one sentence is left out',
    adjust: undisturbed,
    create: (configuration) => withFrames(configuration, dropFirstText),
  },
  {
    kind: 'doubled',
    how: 'one sentence is sent twice, as by a restart from too short a prefix',
    adjust: undisturbed,
    create: (configuration) => withFrames(configuration, repeatFirstText),
  },
  {
    kind: 'falseFinishes',
    how: 'an error becomes a finish',
    adjust: (schedule) => ({ ...undisturbed(schedule), recoveryAttempts: 0, faults: breaksOff(schedule) }),
    create: (configuration) => withFrames(configuration, finishAtError),
  },
  {
    kind: 'leakedHandles',
    how: 'the answer goes on when its client has left',
    adjust: (schedule) => ({
      ...undisturbed(schedule),
      faults: everyUpstream(schedule, 'silent'),
      client: { pauseMs: 0, leaves: { afterCharacters: 0, afterMs: 400 } },
    }),
    create: deafToLeaving,
  },
  {
    kind: 'overtime',
    how: 'the stream stays open after its last event',
    adjust: (schedule) => ({
      ...undisturbed(schedule),
      // The bound of the answer, without which the harness would wait long for each.
      waits: { ...schedule.waits, answer: 1_000 },
    }),
    create: (configuration) => withFrames(configuration, (frame) => frame, 'never closes'),
  },
];

/** The schedule without faults and limits, streamed to a client that stays. */
function undisturbed(schedule: Schedule): Schedule {
  return {
    ...schedule,
    world: { ...schedule.world, units: Math.min(6, schedule.world.units), reason: 'stop' },
    rules: { rounds: 'all', then: 'continue' },
    onAlignerFailure: 'block',
    waits: { firstByte: 15_000, betweenBytes: 15_000, upstream: 15_000, correction: 15_000, answer: 15_000 },
    wire: { upstream: 'scripted', aligner: 'scripted' },
    faults: [],
    api: 'chat',
    stream: true,
    client: { pauseMs: 0, leaves: null },
  };
}

function everyUpstream({ servers }: Schedule, behaviour: string): Schedule['faults'] {
  return Array.from({ length: servers.upstream }, (_, server) => ({
    party: 'upstream',
    server,
    at: 0,
    times: Number.POSITIVE_INFINITY,
    behaviour,
    silences: false,
  }));
}

function breaksOff(schedule: Schedule): Schedule['faults'] {
  return everyUpstream(schedule, 'error-mid@3');
}

function inShadow(configuration: Configuration): Configuration {
  const model = configuration.models[MODEL];
  if (!model) return configuration;
  return { ...configuration, models: { [MODEL]: { ...model, mode: 'shadow' } } };
}

type Rewire = (frame: string, isFirstText: boolean) => string;

const dropFirstText: Rewire = (frame, isFirstText) => (isFirstText ? '' : frame);
const repeatFirstText: Rewire = (frame, isFirstText) => (isFirstText ? frame + frame : frame);
const finishAtError: Rewire = (frame) =>
  frame.includes('"error":')
    ? 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    : frame;

/** A gateway whose streams pass through `rewire`, event by event. */
function withFrames(configuration: Configuration, rewire: Rewire, end?: 'never closes'): Gateway {
  const gateway = createGateway({ configuration });
  return {
    ...gateway,
    async fetch(request) {
      const response = await gateway.fetch(request);
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
      const text = isStream ? undefined : await response.text();
      // A failure before the first event has a status of its own; the broken gateways hide that, too.
      const body = text === undefined ? response.body : new Blob([`data: ${text}\n\n`]).stream();
      if (!body) return response;
      const headers = { 'content-type': 'text/event-stream' };
      return new Response(body.pipeThrough(frameByFrame(rewire, end)), { headers });
    },
  };
}

function frameByFrame(rewire: Rewire, end?: 'never closes'): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let texts = 0;
  let rest = '';
  return new TransformStream({
    transform(bytes, controller) {
      const frames = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const hasText = /"content":"[^"]/.test(frame);
        texts += hasText ? 1 : 0;
        controller.enqueue(encoder.encode(rewire(`${frame}\n\n`, hasText && texts === 1)));
      }
    },
    flush: () => (end === undefined ? undefined : new Promise(() => {})),
  });
}

/** A gateway that neither hears its client leave nor stops writing then. */
function deafToLeaving(configuration: Configuration): Gateway {
  const gateway = createGateway({ configuration });
  return {
    ...gateway,
    async fetch(request) {
      const body = await request.text();
      return gateway.fetch(
        new Request(request.url, { method: request.method, headers: request.headers, body }),
      );
    },
  };
}
