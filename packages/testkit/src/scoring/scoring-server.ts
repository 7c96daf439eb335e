import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '../http/listen.ts';
import type { AlignerScript } from '../http/script.ts';
import { type FaultSet, parseFaults, type RequestKind } from './faults.ts';
import { fireworksWire, predictionWire, togetherWire } from './hosted-wires.ts';
import { createTokenModel } from './model.ts';
import { sglangWire } from './sglang-wire.ts';
import { vllmWire } from './vllm-wire.ts';
import { type Answer, type Body, Refusal, type Wire } from './wire.ts';

const wires = {
  vllm: vllmWire,
  sglang: sglangWire,
  fireworks: fireworksWire,
  together: togetherWire,
  prediction: predictionWire,
} as const;

/** What a scoring server speaks, and what its aligner says. */
export interface ScoringServerOptions {
  wire: keyof typeof wires;
  /** How the drafts of a contract's prompt are corrected. Default: all are kept. */
  aligner?: AlignerScript;
}

/** One request that arrived, kept up to date while it is answered. */
export interface ScoringRequest {
  path: string;
  kind: RequestKind;
  body: Body;
  /** `held`: a fault keeps it waiting. `aborted`: the connection ended before the reply was complete. */
  state: 'open' | 'held' | 'finished' | 'aborted';
}

/** A server on 127.0.0.1 that speaks one scoring wire strictly; its model names choose {@link faults}. */
export interface ScoringServer {
  /** With `/v1` at its end. */
  readonly baseUrl: string;
  readonly requests: readonly ScoringRequest[];
  readonly openSockets: number;
  /** Forgets the requests so far. */
  forget(): void;
  /** Resolves when `condition` holds; it is asked again at everything that happens on the server. */
  until(condition: (server: ScoringServer) => boolean): Promise<void>;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

/** Starts a contract server. Its model is `copier`; words behind a `+` are faults. */
export async function startScoringServer(options: ScoringServerOptions): Promise<ScoringServer> {
  const wire: Wire = wires[options.wire];
  const model = createTokenModel(options.aligner ?? (() => undefined));
  const requests: ScoringRequest[] = [];
  const waiters = new Set<() => void>();
  const changed = () => {
    for (const check of waiters) check();
  };
  const listening = await listen((request, response) => void handle(request, response), {
    onSockets: changed,
  });
  const server: ScoringServer = {
    baseUrl: `${listening.url}/v1`,
    requests,
    get openSockets() {
      return listening.openSockets;
    },
    forget() {
      requests.length = 0;
    },
    until: (condition) =>
      new Promise((resolve) => {
        const check = () => {
          if (!condition(server)) return;
          waiters.delete(check);
          resolve();
        };
        waiters.add(check);
        check();
      }),
    close: () => listening.close(),
  };
  return server;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    const path = request.url ?? '';
    const body = parse(await text(request).catch(() => ''));
    const route = wire.routes[path];
    const record: ScoringRequest = { path, kind: route?.kind(body) ?? 'unknown', body, state: 'open' };
    requests.push(record);
    response.on('close', () => {
      record.state = response.writableFinished ? 'finished' : 'aborted';
      changed();
    });
    changed();
    const faults = body['model'] === undefined ? modelOf(requests) : parseFaults(body['model']);
    const status = faults?.get(record.kind as 'score');
    if (!route || (faults?.has('no-endpoint') && record.kind !== 'chat'))
      return send(response, { status: 404, json: { detail: 'Not Found' } });
    if (!faults) return send(response, { status: 404, json: wire.refusal(404, 'The model does not exist.') });
    if (status !== undefined) return send(response, { status, json: wire.refusal(status, 'Not today.') });
    const hold = () => {
      record.state = 'held';
      changed();
    };
    if (isSilent(record.kind, faults)) return hold();
    const answer = answerOf(wire, () => route.answer({ body, model, faults }));
    if (record.kind === 'score' && answer.status === 200)
      return sendScores(response, { answer, faults, hold });
    send(response, answer);
  }
}

/** Requests that name no model (SGLang's own) are for the one that was named last. */
function modelOf(requests: readonly ScoringRequest[]): FaultSet | undefined {
  return parseFaults(requests.findLast(({ body }) => body['model'] !== undefined)?.body['model'] ?? 'copier');
}

function isSilent(kind: RequestKind, faults: FaultSet): boolean {
  return (
    (kind === 'score' && faults.has('silent')) ||
    (kind === 'tokenize' && faults.has('silent-tokenize')) ||
    (kind === 'decode' && faults.has('silent-decode')) ||
    (kind === 'chat' && faults.has('silent-chat'))
  );
}

function answerOf(wire: Wire, make: () => Answer): Answer {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, json: wire.refusal(error.status, error.message) };
  }
}

function send(response: ServerResponse, { status, json, events }: Answer): void {
  if (!events) {
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(status === 429 && { 'retry-after': '2' }),
    });
    response.end(json === undefined ? '' : JSON.stringify(json));
    return;
  }
  response.writeHead(status, { 'content-type': 'text/event-stream; charset=utf-8' });
  for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.end('data: [DONE]\n\n');
}

function sendScores(
  response: ServerResponse,
  { answer, faults, hold }: { answer: Answer; faults: FaultSet; hold(): void },
): void {
  const whole = JSON.stringify(faults.has('empty') ? {} : answer.json);
  const sent = faults.has('garbage')
    ? '<html>'
    : faults.has('bare-nan')
      ? whole.replace(/-\d+\.\d+/, 'NaN')
      : whole;
  response.writeHead(200, { 'content-type': 'application/json' });
  if (!faults.has('cut') && !faults.has('stall')) {
    response.end(sent);
    return;
  }
  response.write(sent.slice(0, sent.length / 2), () => {
    if (faults.has('cut')) response.destroy();
    else hold();
  });
}

function parse(body: string): Body {
  try {
    return JSON.parse(body) as Body;
  } catch {
    return {};
  }
}
