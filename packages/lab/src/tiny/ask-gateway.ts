import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** Two GGUF files, the question to ask, and a folder for the configuration. */
export interface AskOptions {
  upstream: string;
  aligner: string;
  question: string;
  folder: string;
}

/** Serves two models with `stream-aligner serve` and gives the aligned answer to one question. */
export async function askGateway({ upstream, aligner, question, folder }: AskOptions): Promise<string> {
  const config = path.join(folder, 'serving.yaml');
  writeFileSync(
    config,
    `upstreams:\n  up: { type: local, modelPath: ${JSON.stringify(upstream)} }\n` +
      `aligners:\n  down: { type: local, modelPath: ${JSON.stringify(aligner)} }\n` +
      'models:\n  aligned: { upstream: up, aligner: down, onAlignerFailure: pass }\n',
  );
  const bin = path.resolve(import.meta.dirname, '../../../cli/bin/stream-aligner.js');
  const args = [...process.execArgv, bin, 'serve', '--config', config, '--port', '0'];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    const reply = await fetch(`${await addressOf(server)}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'aligned',
        messages: [{ role: 'user', content: question }],
        max_tokens: 100,
        temperature: 0,
      }),
    });
    if (!reply.ok) throw new Error(`the gateway answered ${reply.status}: ${await reply.text()}`);
    const body = (await reply.json()) as { choices: { message: { content: string } }[] };
    return body.choices[0]?.message.content ?? '';
  } finally {
    server.kill('SIGTERM');
    if (server.exitCode === null) await once(server, 'close');
  }
}

/** The address the gateway says it serves at. */
async function addressOf(server: ChildProcess): Promise<string> {
  for (const input of [server.stdout, server.stderr]) {
    if (!input) continue;
    for await (const line of createInterface({ input })) {
      const [address] = /http:\/\/[\w.:[\]]+/.exec(line) ?? [];
      if (address) return address;
    }
  }
  throw new Error('the gateway did not start; "stream-aligner serve" with the same models says why');
}
