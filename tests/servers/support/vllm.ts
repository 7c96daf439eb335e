import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { freePort } from './free-port.ts';
import { startProcess } from './process.ts';

/** Its environment; null where vLLM is not installed, and what needs it is skipped. */
export const vllm = inject('vllm');

export interface Vllm {
  /** Its address without a path. */
  url: string;
  port: number;
  /** One of its figures, for example `num_requests_running`. */
  metric(name: string): Promise<number>;
  close(): Promise<void>;
}

/** Starts vLLM on this machine's CPU, serving half of the tiny pair in F32. */
export async function startVllm(model: 'upstream' | 'aligner'): Promise<Vllm> {
  if (vllm === null) throw new Error('vLLM is not installed; skip this test');
  const python = join(vllm, 'bin', 'python');
  const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-'));
  const convert = fileURLToPath(new URL('to_hugging_face.py', import.meta.url));
  const gguf = fileURLToPath(new URL(`../../../models/tiny-${model}.gguf`, import.meta.url));
  await promisify(execFile)(python, [convert, gguf, folder]);
  const port = await freePort();
  const { close } = await startProcess(
    python,
    [
      ['-m', 'vllm.entrypoints.openai.api_server'],
      ['--model', folder, '--served-model-name', `tiny-${model}`],
      ['--host', '127.0.0.1', '--port', String(port)],
      ['--dtype', 'float32', '--max-model-len', '1024', '--max-num-seqs', '4', '--enforce-eager'],
    ].flat(),
    {
      name: `vllm-${model}`,
      started: /Application startup complete/,
      env: {
        HF_HUB_OFFLINE: '1',
        VLLM_NO_USAGE_STATS: '1',
        VLLM_CPU_KVCACHE_SPACE: '1',
        VLLM_CPU_OMP_THREADS_BIND: 'nobind',
        OMP_NUM_THREADS: '1',
      },
    },
  );
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    async metric(name) {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(text.match(new RegExp(`^vllm:${name}\\{.*\\} (.*)$`, 'm'))?.[1]);
    },
    async close() {
      await close();
      await rm(folder, { recursive: true });
    },
  };
}
