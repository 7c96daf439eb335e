import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from '@stream-aligner/testkit';
import { onTestFinished } from 'vitest';

/** A model server that a test writes by hand, to say what no honest one would. */
export interface RawServer {
  /** With `/v1` at its end. */
  baseUrl: string;
  requests: IncomingMessage[];
}

/** Starts a server whose every reply `answer` writes, after the request has been read. Closed with the test. */
export async function startRawServer(answer: (response: ServerResponse) => void): Promise<RawServer> {
  const requests: IncomingMessage[] = [];
  const server = await listen((request, response) => {
    requests.push(request);
    response.on('error', () => {});
    request.resume().on('end', () => answer(response));
  });
  onTestFinished(() => server.close());
  return { baseUrl: `${server.url}/v1`, requests };
}

/** A whole stream that says `text` at once, and `more` before it ends well. */
export function streamOf(text: string, more: readonly object[] = []): string {
  const choice = (delta: object, finish_reason: string | null = null) => ({
    choices: [{ index: 0, delta, finish_reason }],
  });
  const chunks = [choice({ content: text }), ...more, choice({}, 'stop')];
  return `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`;
}
