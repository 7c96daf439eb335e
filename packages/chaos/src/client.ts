import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientManner } from './schedule.ts';

/** What came over the wire, and how it ended. */
export interface RawReply {
  status: number;
  contentType: string;
  body: string;
  /** `clean`: the reply was whole; `broken`: the connection was; `left`: we went; `overtime`: we gave up. */
  end: 'clean' | 'broken' | 'left' | 'overtime';
  ms: number;
}

export interface AskOptions {
  url: string;
  body: unknown;
  manner: ClientManner;
  /** Longest wait for the end. */
  boundMs: number;
  /** How much answer text a body so far holds. */
  lengthOf(body: string): number;
}

/** Posts one request with Node's bare HTTP client, on a connection of its own, and reads the reply as `manner` says. */
export async function ask({ url, body, manner, boundMs, lengthOf }: AskOptions): Promise<RawReply> {
  const began = performance.now();
  const parts: Buffer[] = [];
  const reply: RawReply = { status: 0, contentType: '', body: '', end: 'broken', ms: 0 };
  const text = () => Buffer.concat(parts).toString('utf8');
  const over = Promise.withResolvers<RawReply['end']>();
  const client = request(url, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json' },
  });
  const timers = [setTimeout(() => over.resolve('overtime'), boundMs)];
  const { leaves, pauseMs } = manner;
  if (leaves) timers.push(setTimeout(() => over.resolve('left'), leaves.afterMs));

  client.on('error', () => over.resolve('broken'));
  client.on('response', (response) => {
    reply.status = response.statusCode ?? 0;
    reply.contentType = response.headers['content-type'] ?? '';
    response.on('error', () => over.resolve('broken'));
    response.on('end', () => over.resolve(response.complete ? 'clean' : 'broken'));
    response.on('close', () => over.resolve('broken'));
    response.on('data', (part: Buffer) => {
      parts.push(part);
      if (leaves && lengthOf(text()) >= leaves.afterCharacters) over.resolve('left');
      if (pauseMs === 0) return;
      response.pause();
      void sleep(pauseMs).then(() => response.resume());
    });
  });
  client.end(JSON.stringify(body));

  reply.end = await over.promise;
  for (const timer of timers) clearTimeout(timer);
  client.destroy();
  return { ...reply, body: text(), ms: performance.now() - began };
}
