import { type AlignEvent, type ChatMessage, type Clock, StreamAlignerError } from '@stream-aligner/core';
import type { TracesConfiguration } from '../configuration/traces.ts';
import { type Log, loggedError } from '../observe/log.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { VERSION } from '../version.ts';
import { startPruning } from './pruning.ts';
import { recording } from './recording/recording.ts';
import { createTraceWriter, type DropReason } from './recording/writer.ts';
import type { ThreadCalls } from './thread/messages.ts';
import { openTraceThread } from './thread/trace-thread.ts';

/** Longest that closing waits for traces to be written. */
const FLUSH_MS = 5_000;
/** One line is enough for as long as a store is down. */
const BETWEEN_LINES_MS = 60_000;

/** The traces of a gateway: answers are recorded, and what was recorded can be read. */
export interface Traces {
  readonly configuration: TracesConfiguration;
  readonly store: Pick<ThreadCalls, 'list' | 'get' | 'review' | 'forget'>;
  /** Passes an answer's events on unchanged, and writes their trace in the background when they are over. */
  record(
    events: AsyncGenerator<AlignEvent, void, undefined>,
    answer: { recipe: Recipe; messages: readonly ChatMessage[]; requestId: string; stream: boolean },
  ): AsyncGenerator<AlignEvent, void, undefined>;
  /** Opens the store. Throws `configuration`; a database that cannot be reached is logged, since it may come yet. */
  open(): Promise<void>;
  /** Writes what was recorded, for at most five seconds, and closes the store. */
  close(): Promise<void>;
}

export function createTraces(
  configuration: TracesConfiguration,
  {
    clock,
    log,
    dropped,
  }: { clock: Clock; log: Log; dropped: { inc(labels: { reason: DropReason }, by: number): void } },
): Traces {
  const { url, keepDays, texts, redact } = configuration;
  const thread = openTraceThread({ url, keep: { texts, redact } }, { clock });
  let pruning: ReturnType<typeof startPruning> | null = null;
  let lastLine = Number.NEGATIVE_INFINITY;
  let sinceLastLine = 0;

  function onDropped(count: number, { reason, error }: { reason: DropReason; error?: unknown }): void {
    dropped.inc({ reason }, count);
    sinceLastLine += count;
    const now = clock.now();
    if (now - lastLine < BETWEEN_LINES_MS) return;
    log.warn(
      { dropped: sinceLastLine, reason, ...(error !== undefined && { error: loggedError(error) }) },
      'traces dropped',
    );
    lastLine = now;
    sinceLastLine = 0;
  }

  const writer = createTraceWriter({ write: thread.write, onDropped, clock });

  function prune(): void {
    pruning ??= startPruning({ keepDays, prune: thread.prune, clock });
  }

  return {
    configuration,
    store: thread,
    record(events, { recipe, messages, requestId, stream }) {
      const header = {
        requestId,
        model: recipe.name,
        upstream: recipe.upstream.model,
        aligner: recipe.raw ? null : recipe.aligner.model,
        version: VERSION,
        stream,
      };
      return recording(events, {
        header,
        messages,
        onOver(recorded, size) {
          writer.add(recorded, size);
          prune();
        },
      });
    },
    async open() {
      try {
        await thread.open();
        prune();
      } catch (error) {
        if (isMistake(error)) throw error;
        log.error({ error: loggedError(error) }, 'trace store not opened');
      }
    },
    async close() {
      await writer.close(FLUSH_MS);
      pruning?.stop();
      await thread.close();
    },
  };
}

function isMistake(error: unknown): boolean {
  return StreamAlignerError.isInstance(error) && error.code === 'configuration';
}
