import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { segmentText } from '@stream-aligner/core';
import { listen } from '../http/listen.ts';
import { scriptAnswers, type UpstreamScript } from '../http/script.ts';
import { type Contract, type Fields, refuse, type Refusal, type Understood } from './contract.ts';
import { type ContractType, contracts } from './contracts.ts';
import { isRefusal } from './understand.ts';

/** Which server is played, and what its model says. */
export interface ContractServerOptions {
  type: ContractType;
  /** Default: `scriptAnswers()`. */
  script?: UpstreamScript;
}

/** A request that arrived, kept up to date while it is answered. */
export interface ContractRequest {
  path: string;
  headers: IncomingHttpHeaders;
  body: Fields;
  model: string;
  /** What the server continued from; '' where it began a turn. */
  prefix: string;
  rid?: string;
  /** `refused`: with an error status; `aborted`: the client left before the reply was complete. */
  state: 'open' | 'finished' | 'refused' | 'aborted' | 'cut';
}

/**
 * A server on 127.0.0.1 that accepts and sends what one kind of server does. What its model does is in the model's name,
 * words joined by `+`: `stall`, `error-frame`, `cut` and `abort` after three words; `reasoning` thinks first, `tool-call`
 * calls a tool after three words, `restates` repeats its last sentence when it is asked for the rest, `busy` answers 429.
 * Further words are the dialects' own.
 */
export interface ContractServer {
  readonly baseUrl: string;
  /** Everything that generates, in order. */
  readonly requests: readonly ContractRequest[];
  /** Everything else that was called: aborts, templates, tokenizers. */
  readonly calls: readonly { path: string; body: Fields }[];
  /** The `rid` of every abort call. */
  readonly aborts: readonly unknown[];
  readonly openRequests: number;
  readonly openSockets: number;
  /** Resolves when `condition` holds; it is asked again at everything that happens on the server. */
  until(condition: (server: ContractServer) => boolean): Promise<void>;
  close(): Promise<void>;
}

/** Starts a contract server on a free port. */
export async function startContractServer({
  type,
  script = scriptAnswers(),
}: ContractServerOptions): Promise<ContractServer> {
  const contract: Contract = contracts[type]();
  const requests: ContractRequest[] = [];
  const calls: { path: string; body: Fields }[] = [];
  const waiters = new Set<() => void>();
  const listening = await listen((request, response) => void handle(request, response), {
    onSockets: changed,
  });

  const server: ContractServer = {
    baseUrl: listening.url + contract.base,
    requests,
    calls,
    get aborts() {
      return calls.flatMap(({ path, body }) => (path === '/abort_request' ? [body['rid']] : []));
    },
    get openRequests() {
      return requests.filter(({ state }) => state === 'open').length;
    },
    get openSockets() {
      return listening.openSockets;
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

  function changed(): void {
    for (const check of waiters) check();
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    const path = request.url ?? '';
    const { headers } = request;
    const body = await readJson(request);
    const call = contract.calls?.[path];
    if (call) {
      calls.push({ path, body });
      changed();
      return reply(response, { status: 200, body: call(body) });
    }
    const record: ContractRequest = { path, headers, body, model: '', prefix: '', state: 'open' };
    requests.push(record);
    response.on('close', () => {
      if (record.state === 'open') record.state = response.writableFinished ? 'finished' : 'aborted';
      changed();
    });
    const read = readRequest(record, request.method);
    if (isRefusal(read)) {
      record.state = 'refused';
      return reply(response, read);
    }
    const { model, prefix, rid } = read;
    Object.assign(record, { model, prefix, ...(rid !== undefined && { rid }) });
    changed();
    await answer(record, read, response);
  }

  function readRequest(
    { path, headers, body }: ContractRequest,
    method: string | undefined,
  ): Understood | Refusal {
    if (method !== 'POST' || !contract.paths.includes(path)) return refuse(404, 'Not Found');
    if (contract.key && !headers[contract.key]) return refuse(401, 'No key.', 'authentication_error');
    const read = contract.read({ path, headers, body });
    if (isRefusal(read)) return read;
    if (read.model.includes('busy')) return refuse(429, 'Too many requests.', 'rate_limit_error');
    return read.stream ? read : refuse(400, 'This server is only asked for streams.');
  }

  async function answer(record: ContractRequest, read: Understood, response: ServerResponse): Promise<void> {
    const has = (word: string) => read.model.split('+').includes(word);
    const voice = contract.voice(record.path);
    const words = written(read, has('restates')).match(/\s*\S+|\s+$/g) ?? [];
    const broken = ['stall', 'error-frame', 'cut', 'abort', 'tool-call'].find(has);
    const sent = broken === undefined ? words : words.slice(0, 3);
    const thought = has('reasoning') && read.thinks && read.prefix === '' ? ['Let me', ' think.'] : [];
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.flushHeaders();
    const frames = [
      ...voice.open(read),
      ...thought.map((text) => voice.reasoning(text)),
      ...sent.map((text) => (read.inThought && has('reasoning') ? voice.reasoning(text) : voice.text(text))),
    ];
    for (const frame of frames) {
      if (response.destroyed) return;
      if (!response.write(frame)) await once(response, 'drain').catch(() => {});
    }
    changed();
    const counts = { prompt: 5, completion: sent.length };
    if (broken === 'stall') return;
    if (broken === 'cut') record.state = 'cut';
    else if (broken === 'error-frame') response.write(voice.error().join(''));
    else if (broken === 'abort') response.write(voice.close('aborted', counts, read).join(''));
    else if (broken === 'tool-call')
      response.write([...voice.toolCall(), ...voice.close('tool_calls', counts, read)].join(''));
    else response.write(voice.close('stop', counts, read).join(''));
    response.end();
  }

  function written({ question, prefix, asked, echo }: Understood, restates: boolean): string {
    const rest = script({ question, prefix });
    if (asked) {
      const last = segmentText(prefix).at(-1)?.text.trimStart() ?? '';
      return restates ? last + rest : rest.trimStart();
    }
    return echo + (contract.trims ? rest.trimStart() : rest);
  }
}

function reply(response: ServerResponse, { status, body }: Refusal): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(status === 429 && { 'retry-after': '2' }),
  });
  response.end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<Fields> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part as Buffer);
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as Fields;
  } catch {
    return {};
  }
}
