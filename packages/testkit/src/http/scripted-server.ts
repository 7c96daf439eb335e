import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { hash } from '../scripted/hash.ts';
import { readAlignerPrompt } from './aligner-prompt.ts';
import { type BehaviourSet, behaviours, parseModel } from './behaviours.ts';
import { listen } from './listen.ts';
import { createStepGate, type Pace, waitUntil } from './pace.ts';
import { type Plan, planReply } from './plan.ts';
import { type CompletionRequest, type Refusal, readCompletionRequest } from './request.ts';
import { type AlignerScript, scriptAnswers, type UpstreamScript } from './script.ts';
import { sendPlan } from './send-plan.ts';
import { errorBody } from './step.ts';

/** What a scripted server says and how fast. */
export interface ScriptedServerOptions {
  /** Default: {@link scriptAnswers}() */
  upstream?: UpstreamScript;
  /** How drafts in a contract's prompt are corrected. Default: all are kept. */
  aligner?: AlignerScript;
  /**
   * What one request gets beside what its model's name says, in the same notation (`cut@3+crlf`): a second attempt can
   * go otherwise than the first. Default: nothing.
   */
  behave?: (request: ArrivedRequest) => string | undefined;
  /** Default: as fast as the connection takes it. */
  pace?: Pace;
  /** Default: a free one. */
  port?: number;
}

/** A completion request before it is answered. */
export interface ArrivedRequest {
  /** How many completion requests came to this server before it. */
  index: number;
  /** `aligner`: it is a contract's prompt. */
  party: 'upstream' | 'aligner';
  model: string;
  question: string;
  /** The answer so far. */
  prefix: string;
  /** The sentence to correct; '' for an upstream. */
  draft: string;
}

/** One request that arrived, kept up to date while it is answered. */
export interface RecordedRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  /** The parsed body; undefined when it is not JSON. */
  body: unknown;
  model: string;
  question: string;
  prefix: string;
  /** The answer text written so far. */
  text: string;
  /** The finish reason, once it has been written. */
  finish: string | null;
  /** `aborted`: the client left before the reply was complete; `reset`: the server broke the connection. */
  state: 'open' | 'finished' | 'aborted' | 'reset';
}

/** A real OpenAI-compatible server on 127.0.0.1 whose model names choose what it does (see {@link behaviours}). */
export interface ScriptedServer {
  /** With `/v1` at its end. */
  readonly baseUrl: string;
  readonly requests: readonly RecordedRequest[];
  /** Requests that are being answered. */
  readonly openRequests: number;
  readonly openSockets: number;
  /** Lets that many events of `slow` replies go. Default 1. */
  step(count?: number): void;
  /** Resolves when `condition` holds; it is asked again at everything that happens on the server. */
  until(condition: (server: ScriptedServer) => boolean): Promise<void>;
  /** Closes the connections that carry no request; what then stays open is in use. */
  closeIdle(): void;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

/** Starts a scripted server. It answers `/v1/chat/completions`, `/v1/completions` and `/v1/models`. */
export async function startScriptedServer(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  const scripts = {
    upstream: options.upstream ?? scriptAnswers(),
    aligner: options.aligner ?? (() => undefined),
  };
  const gate = createStepGate();
  const requests: RecordedRequest[] = [];
  const waiters = new Set<() => void>();
  let arrivals = 0;

  const listening = await listen((request, response) => void handle(request, response), {
    port: options.port ?? 0,
    onSockets: changed,
  });

  const server: ScriptedServer = {
    baseUrl: `${listening.url}/v1`,
    requests,
    get openRequests() {
      return requests.filter(({ state }) => state === 'open').length;
    },
    get openSockets() {
      return listening.openSockets;
    },
    step: (count = 1) => gate.step(count),
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
    closeIdle: () => listening.closeIdle(),
    close: () => listening.close(),
  };
  return server;

  function changed(): void {
    for (const check of waiters) check();
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrived = options.pace?.clock.now() ?? 0;
    const path = request.url ?? '';
    const raw = path === '/v1/completions';
    const left = new AbortController();
    const record: RecordedRequest = {
      method: request.method ?? '',
      path,
      headers: request.headers,
      body: undefined,
      model: '',
      question: '',
      prefix: '',
      text: '',
      finish: null,
      state: 'open',
    };
    requests.push(record);
    response.on('error', () => {});
    response.on('close', () => {
      if (record.state === 'open') record.state = response.writableFinished ? 'finished' : 'aborted';
      left.abort();
      changed();
    });

    record.body = await readJson(request);
    if (request.method === 'GET' && path === '/v1/models') return reply(response, 200, modelList());
    if (request.method !== 'POST' || (!raw && path !== '/v1/chat/completions')) {
      return refuse(response, { status: 404, message: 'No such path.' });
    }
    const completion = readCompletionRequest(record.body, raw);
    if ('status' in completion) return refuse(response, completion);
    const { model, question, prefix, stream } = completion;
    Object.assign(record, { model, question, prefix });
    changed();

    const arrival = arrivalOf(completion, arrivals);
    arrivals += 1;
    const more = options.behave?.(arrival);
    const set = parseModel(more === undefined ? model : `${model}+${more}`);
    if (!set) return refuse(response, { status: 404, message: 'No such model.' });
    const refusal = refusalOf(set, completion);
    if (refusal) return refuse(response, refusal);
    if (set.has('silent')) return;
    const plan = planReply(completion, set, scripts);
    if (!stream || set.has('plain-only')) return reply(response, 200, plainReply(plan, completion));

    const schedule = options.pace?.schedule({ model, prefix, path });
    let sent = 0;
    await sendPlan({
      plan,
      set,
      response,
      signal: left.signal,
      async turn() {
        if (set.has('slow')) await gate.wait(left.signal);
        if (set.has('hesitant')) await hesitate(set.get('hesitant'), record.text.length, left.signal);
        if (!options.pace || !schedule) return;
        await waitUntil(
          arrived + schedule.firstMs + schedule.everyMs * sent,
          options.pace.clock,
          left.signal,
        );
        sent += 1;
      },
      onSent({ text = '', finish }) {
        record.text += text;
        record.finish = finish ?? record.finish;
        changed();
      },
      onReset(what) {
        const broken = what === 'server' ? requests.filter(({ state }) => state === 'open') : [record];
        for (const each of broken) each.state = 'reset';
        if (what === 'server') void listening.close();
      },
    });
  }
}

function arrivalOf(completion: CompletionRequest, index: number): ArrivedRequest {
  const { model, messages, question, prefix } = completion;
  const prompt = readAlignerPrompt(messages);
  if (!prompt) return { index, party: 'upstream', model, question, prefix, draft: '' };
  return { index, party: 'aligner', model, ...prompt };
}

async function hesitate(most = 5, at: number, signal: AbortSignal): Promise<void> {
  const chance = hash('hesitant', at);
  if (chance % 3 > 0) return;
  await setTimeout((chance >>> 8) % (most + 1), undefined, { signal }).catch(() => {});
}

function refusalOf(set: BehaviourSet, { prefix }: CompletionRequest): Refusal | undefined {
  if (set.has('error-first'))
    return {
      status: set.get('error-first') ?? 500,
      message: 'It does not work today.',
      ...(set.has('retry-after') && { retryAfter: set.get('retry-after') ?? 2 }),
      ...(set.has('no-retry-after') && { retryAfter: null }),
    };
  if (set.has('overflow'))
    return { status: 400, message: "This model's maximum context length is 8 tokens." };
  if (set.has('rejects-prefix') && prefix)
    return { status: 400, message: `Assistant response prefill is not supported: "${prefix}"` };
  return undefined;
}

function plainReply(
  { text, reasoning, finishReason: finish_reason, usage }: Plan,
  { model, raw }: CompletionRequest,
) {
  const message = { role: 'assistant', content: text, ...(reasoning && { reasoning_content: reasoning }) };
  return {
    id: 'scripted-1',
    object: raw ? 'text_completion' : 'chat.completion',
    created: 1,
    model,
    choices: [raw ? { index: 0, text, finish_reason } : { index: 0, message, finish_reason }],
    usage,
  };
}

function modelList() {
  return {
    object: 'list',
    data: Object.keys(behaviours).map((id) => ({ id, object: 'model', created: 1, owned_by: 'testkit' })),
  };
}

function refuse(
  response: ServerResponse,
  { status, message, retryAfter = status === 429 ? 2 : null }: Refusal,
): void {
  const error = errorBody(message, status < 500 ? 'invalid_request_error' : 'server_error');
  reply(response, status, { error }, retryAfter === null ? {} : { 'retry-after': `${retryAfter}` });
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part as Buffer);
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}
