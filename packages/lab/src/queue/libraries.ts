import { StreamAlignerError } from '@stream-aligner/core';

/** What a queue is made of: BullMQ, and the client that it speaks to Redis with. */
export type Libraries = Awaited<ReturnType<typeof importBoth>>;

/**
 * Loads BullMQ and ioredis, which only those install who spread builds over machines. Throws `configuration`, saying what
 * to install.
 */
export async function loadLibraries(): Promise<Libraries> {
  try {
    return await importBoth();
  } catch (cause) {
    throw new StreamAlignerError(
      'configuration',
      'A queue needs two packages that are not installed here: npm install bullmq@6 ioredis@5 (with -g if stream-aligner was installed so).',
      { cause },
    );
  }
}

async function importBoth() {
  const [{ Queue, QueueEvents, Worker }, { Redis }] = await Promise.all([
    import('bullmq'),
    import('ioredis'),
  ]);
  return { Queue, QueueEvents, Worker, Redis };
}
