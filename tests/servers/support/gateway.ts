import { createGateway, parseConfiguration, serveNode } from '@stream-aligner/gateway';
import { OpenAI } from 'openai';
import { onTestFinished } from 'vitest';

/** What of an event these tests look at. */
export interface TracedEvent {
  type: string;
  text?: string;
  draft?: string;
  reason?: string;
  /** What a correction was made by. */
  by?: string;
  error?: { code: string; message: string };
}

export interface Answer {
  text: string;
  finish: string | null;
  events: TracedEvent[];
}

export interface RunningGateway {
  /** Where it answers, without a path. */
  url: string;
  client: OpenAI;
  /** Asks at temperature 0, streamed, and reads to the end. Rejects as the `openai` client does. */
  ask(model: string, question: string, more?: Record<string, unknown>): Promise<Answer>;
  close(): Promise<void>;
}

/** A gateway of this configuration that listens; closed when the test is over. */
export async function startGateway(configuration: Record<string, unknown>): Promise<RunningGateway> {
  const text = JSON.stringify({ server: { logLevel: 'silent' }, ...configuration });
  const gateway = createGateway({ configuration: parseConfiguration({ text, env: {} }) });
  await gateway.warm();
  const { url, close } = await serveNode(gateway, { host: '127.0.0.1', port: 0 });
  onTestFinished(close);
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
  return {
    url,
    client,
    close,
    async ask(model, question, more = {}) {
      const stream = await client.chat.completions.create({
        model,
        messages: [{ role: 'user', content: question }],
        temperature: 0,
        stream: true,
        ...{ stream_aligner: { trace: true }, ...more },
      });
      const answer: Answer = { text: '', finish: null, events: [] };
      for await (const chunk of stream) {
        const [choice] = chunk.choices;
        answer.text += choice?.delta.content ?? '';
        answer.finish = choice?.finish_reason ?? answer.finish;
        const { stream_aligner: traced } = chunk as { stream_aligner?: { events: TracedEvent[] } };
        answer.events.push(...(traced?.events ?? []));
      }
      return answer;
    },
  };
}

/** An upstream of the configuration: llama-server at this address. */
export function llamaUpstream(url: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: 'llama-cpp', baseUrl: `${url}/v1`, model: 'tiny-upstream', ...more };
}

/** An aligner of the configuration: llama-server at this address, with a model that was trained to align. */
export function llamaAligner(url: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const contract = 'stream-aligner';
  return { type: 'llama-cpp', baseUrl: `${url}/v1`, model: 'tiny-aligner', contract, window: 1024, ...more };
}
