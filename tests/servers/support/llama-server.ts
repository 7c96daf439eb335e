import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { startProcess } from './process.ts';

/** The binary; null where there is none, and what needs it is skipped. */
export const llamaServer = inject('llamaServer');

export interface LlamaServerOptions {
  /** Which half of the tiny pair it serves. */
  model: 'upstream' | 'aligner';
  /** How many requests it works on at once. Default 2. */
  slots?: number;
  /** Tokens that a request can hold. Default 1024, which is what the tiny pair learnt. */
  context?: number;
  /** Further flags. */
  args?: readonly string[];
}

export interface LlamaServer {
  /** Its address without a path. */
  url: string;
  port: number;
  /** Posts JSON to a path of it. */
  post(path: string, body: unknown): Promise<Response>;
  /** How many of its slots are at work. */
  busySlots(): Promise<number>;
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** Starts llama.cpp's own server on a free port, serving half of the tiny pair. */
export async function startLlamaServer(options: LlamaServerOptions): Promise<LlamaServer> {
  if (llamaServer === null) throw new Error('there is no llama-server; skip this test');
  const { model, slots = 2, context = 1024, args = [] } = options;
  const file = fileURLToPath(new URL(`../../../models/tiny-${model}.gguf`, import.meta.url));
  const flags = [
    ['--model', file],
    ['--alias', `tiny-${model}`],
    ['--host', '127.0.0.1'],
    ['--port', '0'],
    // With more, its threads spin at barriers and wait for one another when the machine is busy.
    ['--threads', '1'],
    ['--threads-batch', '1'],
    ['--parallel', String(slots)],
    ['--ctx-size', String(slots * context)],
    // As in-process: keys and values precise enough that speculation cannot change an answer.
    ['--cache-type-k', 'f32', '--cache-type-v', 'f32'],
    ['--flash-attn', 'off'],
    ['--no-webui', '--offline', '--no-warmup'],
    args,
  ].flat();
  const started = /listening on http:\/\/127\.0\.0\.1:(\d+)/;
  const server = await startProcess(llamaServer, flags, { name: `llama-server-${model}`, started });
  const port = Number(server.match[1]);
  const url = `http://127.0.0.1:${port}`;
  await fetch(`${url}/health`).then((response) => {
    if (!response.ok) throw new Error(`llama-server is not well: ${response.status}`);
  });
  return {
    url,
    port,
    post: (path, body) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    async busySlots() {
      const response = await fetch(`${url}/slots`);
      const found = (await response.json()) as { is_processing: boolean }[];
      return found.filter(({ is_processing }) => is_processing).length;
    },
    kill: server.kill,
    close: server.close,
  };
}
