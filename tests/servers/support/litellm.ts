import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { freePort } from './free-port.ts';
import { startProcess } from './process.ts';

/** Its environment; null where LiteLLM's proxy is not installed, and what needs it is skipped. */
export const litellm = inject('litellm');

export interface LiteLlm {
  /** Its address without a path. */
  url: string;
  /** What its requests must bring. */
  apiKey: string;
  close(): Promise<void>;
}

/** Starts LiteLLM's proxy. `models`: by the name that it serves, what LiteLLM calls the model and where that is. */
export async function startLiteLlm(models: Record<string, { model: string; url: string }>): Promise<LiteLlm> {
  if (litellm === null) throw new Error("LiteLLM's proxy is not installed; skip this test");
  const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-'));
  const config = join(folder, 'litellm.yaml');
  const served = Object.entries(models).map(([name, { model, url }]) => ({
    model_name: name,
    litellm_params: { model, api_base: `${url}/v1`, api_key: 'none' },
  }));
  await writeFile(config, JSON.stringify({ model_list: served }));
  const port = await freePort();
  const apiKey = `sk-${randomBytes(16).toString('hex')}`;
  const { close } = await startProcess(
    join(litellm, 'bin', 'litellm'),
    ['--config', config, '--host', '127.0.0.1', '--port', String(port)],
    {
      name: 'litellm',
      started: /Uvicorn running/,
      // Its list of prices is baked in; without this it asks the network for a newer one.
      env: { LITELLM_MASTER_KEY: apiKey, LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
    },
  );
  return {
    url: `http://127.0.0.1:${port}`,
    apiKey,
    async close() {
      await close();
      await rm(folder, { recursive: true });
    },
  };
}
