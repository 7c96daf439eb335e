import { parentPort, workerData } from 'node:worker_threads';
import { StreamAlignerError } from '@stream-aligner/core';
import { createKeeping } from '../keeping.ts';
import { traceOf } from '../recorded-answer.ts';
import { openTraceStore, type TraceStore } from '../store.ts';
import type { Call, Reply, ThreadCalls, ThreadData } from './messages.ts';

// The thread that has the trace store: what is slow there (searching, writing, redacting) holds no answer up.

const { url, keep } = workerData as ThreadData;
const keeping = createKeeping(keep);
let opening: Promise<TraceStore> | null = null;

/** The store. One that could not be opened is tried again by the next call. */
function store(): Promise<TraceStore> {
  opening ??= openTraceStore({ url }).catch((error: unknown) => {
    opening = null;
    throw error;
  });
  return opening;
}

const calls: ThreadCalls = {
  open: async () => void (await store()),
  write: async (answers) => (await store()).write(answers.map((answer) => keeping.trace(traceOf(answer)))),
  list: async (query) => (await store()).list(query),
  get: async (id) => (await store()).get(id),
  async review(id, { text, ...said }) {
    const feedback = { ...said, ...(text !== undefined && { text: keeping.text(text) }) };
    return (await (await store()).review(id, feedback)) ? feedback : null;
  },
  forget: async (id, round) => (await store()).forget(id, round),
  prune: async (before, most) => (await store()).prune(before, most),
  close: async () => (await opening)?.close(),
};

async function reply({ id, name, args }: Call): Promise<Reply> {
  try {
    const call = calls[name] as (...args: readonly unknown[]) => Promise<unknown>;
    return { id, result: await call(...args) };
  } catch (error) {
    if (StreamAlignerError.isInstance(error))
      return { id, ours: { code: error.code, message: error.message } };
    const { code } = error as { code?: unknown };
    return { id, code: typeof code === 'string' ? code : 'unknown' };
  }
}

parentPort?.on('message', (call: Call) => {
  void reply(call).then((answer) => parentPort?.postMessage(answer));
});
