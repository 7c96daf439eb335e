import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';
import { startProcess } from './process.ts';

/** The program; null where Redis is not installed, and what needs it is skipped. */
export const redisServer = inject('redis');

export interface RunningRedis {
  url: string;
  /** Ends it as a crash would. */
  stop(): Promise<void>;
  /** Ends it as a crash would, and starts it again at the same address with nothing in it. */
  restartEmpty(): Promise<void>;
}

/** A Redis that writes nothing to the disk, for one test. */
export async function startRedis({ password }: { password?: string } = {}): Promise<RunningRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'stream-aligner-redis-'));
  const port = await freePort();
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--save', ''];
  const secured = password === undefined ? [] : ['--requirepass', password];
  const start = () =>
    startProcess(redisServer ?? '', [...args, ...secured], { name: 'redis', started: /Ready to accept/ });
  let running = await start();
  onTestFinished(async () => {
    await running.kill();
    await rm(dir, { recursive: true, force: true });
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: () => running.kill(),
    async restartEmpty() {
      await running.kill();
      running = await start();
    },
  };
}
