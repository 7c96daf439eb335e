import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '../http/listen.ts';
import { readScoreRequest, type Refused, type ScoredTexts, scoreRoutes } from './read-request.ts';

export type { ScoredTexts } from './read-request.ts';

/** What a score server's model says of an answer, before any activation. */
export interface ScoreServerOptions {
  score: (texts: ScoredTexts) => number;
}

/** A request that arrived. */
export interface ScoreRequest {
  path: string;
  authorization: string | undefined;
  body: Readonly<Record<string, unknown>>;
  status: number;
}

/**
 * A server on 127.0.0.1 with vLLM's `/classify`, `/pooling` and `/score`, at its root. Its model is `reward`; words behind
 * a `+` choose what it does: `classes` gives two numbers (the score and its negative), `tokens` has `/pooling` give one
 * number a word of the answer, `null`, `bare-nan`, `empty` and `garbage` are no scores, `busy@2` refuses the first two
 * requests with 429, `loading@2` with 503, `broken@2` cuts them off.
 */
export interface ScoreServer {
  /** With `/v1` at its end, as one is given for chat. */
  readonly baseUrl: string;
  readonly requests: readonly ScoreRequest[];
  readonly openSockets: number;
  close(): Promise<void>;
}

/** Starts a score server on a free port. */
export async function startScoreServer({ score }: ScoreServerOptions): Promise<ScoreServer> {
  const requests: ScoreRequest[] = [];
  const listening = await listen((request, response) => void handle(request, response));
  return {
    baseUrl: `${listening.url}/v1`,
    requests,
    get openSockets() {
      return listening.openSockets;
    },
    close: () => listening.close(),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    const path = request.url ?? '';
    const body = parse(await text(request).catch(() => ''));
    const words = new Map(
      String(body?.['model'])
        .split('+')
        .map((word) => {
          const [name = '', count] = word.split('@');
          return [name, Number(count)];
        }),
    );
    const record = { path, authorization: request.headers.authorization, body: body ?? {}, status: 200 };
    requests.push(record);
    const send = (status: number, content: string, headers = {}) => {
      record.status = status;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(content);
    };
    const refuse = ({ status, message }: Refused, headers = {}) =>
      send(
        status,
        JSON.stringify({ error: { message, type: 'BadRequestError', param: null, code: status } }),
        headers,
      );

    if (!scoreRoutes.includes(path)) return send(404, '{"detail":"Not Found"}');
    if (request.method !== 'POST') return send(405, '{"detail":"Method Not Allowed"}');
    if (body === undefined) return refuse({ status: 400, message: 'The body is not valid JSON.' });
    if (!words.has('reward')) return refuse({ status: 404, message: 'The model does not exist.' });
    const isEarly = (word: string) => requests.length <= (words.get(word) ?? 0);
    if (isEarly('busy')) return refuse({ status: 429, message: 'Too many.' }, { 'retry-after': '2' });
    if (isEarly('loading')) return refuse({ status: 503, message: 'The model is loading.' });
    if (isEarly('broken')) return void response.destroy();
    const read = readScoreRequest(path, body);
    if ('status' in read) return refuse(read);
    if (words.has('garbage')) return send(200, '<html>');
    if (words.has('empty')) return send(200, '{}');
    const numbers = numbersOf({ texts: read, body, words, path }).map((value) =>
      words.has('null') ? null : value,
    );
    const reply = JSON.stringify(replyTo(path, { numbers, model: body['model'], words }));
    send(200, words.has('bare-nan') ? reply.replace(/-?\d+\.\d+/, 'NaN') : reply);
  }

  function numbersOf({ texts, body, words, path }: Asked): number[] {
    const raw = words.has('tokens') && path === '/pooling' ? wordsOf(texts).map(score) : [score(texts)];
    const numbers = words.has('classes') ? raw.flatMap((value) => [value, -value]) : raw;
    // As vLLM: squeezed into 0 to 1 unless that is turned off.
    return body['use_activation'] === false ? numbers : numbers.map((value) => 1 / (1 + Math.exp(-value)));
  }
}

interface Asked {
  texts: ScoredTexts;
  body: Readonly<Record<string, unknown>>;
  words: ReadonlyMap<string, number>;
  path: string;
}

/** The answer word by word, each time from its beginning: what a model has seen at each token. */
function wordsOf({ question, answer }: ScoredTexts): ScoredTexts[] {
  const ends = [...answer.matchAll(/\S+/g)].map((match) => match.index + match[0].length);
  return ends.map((end) => ({ question, answer: answer.slice(0, end) }));
}

function replyTo(
  path: string,
  {
    numbers,
    model,
    words,
  }: { numbers: (number | null)[]; model: unknown; words: ReadonlyMap<string, number> },
) {
  const data = {
    '/classify': { label: 'LABEL_0', probs: numbers, num_classes: numbers.length },
    '/pooling': { object: 'pooling', data: words.has('tokens') ? numbers.map((value) => [value]) : numbers },
    '/score': { object: 'score', score: numbers[0] },
  }[path];
  const usage = { prompt_tokens: 7, total_tokens: 7, completion_tokens: 0 };
  return { id: 'pool-1', object: 'list', created: 1, model, data: [{ index: 0, ...data }], usage };
}

function parse(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
