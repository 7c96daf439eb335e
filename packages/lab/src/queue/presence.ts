import type { Redis } from 'ioredis';
import { KEYS } from './names.ts';
import { isNumber, isRecord, isText } from './shapes.ts';

/** What a worker says of itself to a build. */
export interface WorkerPresence {
  /** Host and process. */
  name: string;
  /** Answers it makes at once. */
  concurrency: number;
  /** Why it does not work for this build; absent if it does. */
  refused?: string;
}

/** How long a worker that says nothing counts as there. */
const PRESENT_MS = 10_000;

/** Says that a worker is there; to be said again every few seconds. */
export async function sayPresent(redis: Redis, build: string, presence: WorkerPresence): Promise<void> {
  const { name } = presence;
  await redis
    .multi()
    .sadd(KEYS.workers(build), name)
    .pexpire(KEYS.workers(build), PRESENT_MS)
    .set(KEYS.worker(build, name), JSON.stringify(presence), 'PX', PRESENT_MS)
    .exec();
}

export async function sayGone(redis: Redis, build: string, name: string): Promise<void> {
  await redis.multi().srem(KEYS.workers(build), name).del(KEYS.worker(build, name)).exec();
}

/** The workers that a build has now. */
export async function listWorkers(redis: Redis, build: string): Promise<WorkerPresence[]> {
  const names = await redis.smembers(KEYS.workers(build));
  if (names.length === 0) return [];
  const texts = await redis.mget(names.map((name) => KEYS.worker(build, name)));
  return texts.flatMap((text) => (text === null ? [] : readPresence(text)));
}

function readPresence(text: string): WorkerPresence[] {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return [];
    const { name, concurrency, refused } = value;
    if (!isText(name) || !isNumber(concurrency)) return [];
    return [{ name, concurrency, ...(isText(refused) && { refused }) }];
  } catch {
    return [];
  }
}
