import type { Clock } from '../clock.ts';
import { StreamAlignerError } from '../errors.ts';
import type { Segment, SegmentKind } from '../segmenter/segment.ts';
import { createSegmenter } from '../segmenter/segmenter.ts';
import type { FinishReason, ToolCallDelta, UpstreamEvent, UpstreamSession, Usage } from '../upstream.ts';
import { within } from './race.ts';
import { createWholeAnswer } from './whole-answer.ts';

/** What the upstream said, cut into drafts, in the order in which it must take effect. */
export type Item =
  | { type: 'draft'; lead: string; draft: string; kind: SegmentKind; atEnd: boolean }
  /** Text that is not to be judged: whitespace at the very end, and everything once the reader is set free. */
  | { type: 'text'; text: string; why: 'whitespace' | 'free' }
  | { type: 'reasoning'; text: string }
  /** A sentence of reasoning, to be judged. */
  | { type: 'thought'; draft: Extract<Item, { type: 'draft' }> }
  | { type: 'tool-call'; delta: ToolCallDelta }
  | { type: 'finish'; reason: FinishReason }
  | { type: 'failure'; error: unknown };

export interface ReaderOptions {
  session: UpstreamSession;
  prefix: string;
  signal: AbortSignal;
  clock: Clock;
  /** Longest wait for one upstream event. */
  deadlineMs: number;
  maxTokens: number | undefined;
  maxSegmentLength: number | null;
  /** `json`: the text is one draft. */
  format: 'text' | 'json';
  /** Whether reasoning is cut into sentences. */
  cutReasoning: boolean;
  /** Items read before the reader waits for one to be taken: back-pressure, and the bound on speculation. */
  readAhead: number;
  /** Stop the upstream for good after its first draft (look-ahead 0). */
  stopAfterDraft: boolean;
  /** Start without cutting into sentences. */
  free: boolean;
  /** Called after an item was added. */
  onItem(queue: readonly Item[]): void;
  onUsage(usage: Usage): void;
  onFirstText(): void;
}

/** One continuation of the upstream, read in the background with bounded look-ahead. */
export interface Reader {
  /** The items not yet taken, in order. */
  readonly queue: readonly Item[];
  /** All answer text received in this continuation. */
  readonly received: string;
  /** The first item, once there is one. It stays in the queue until {@link Reader.take}. */
  head(): Promise<Item>;
  /** Removes the first item. */
  take(): void;
  /** From here on text is passed without cutting; what was cut but not taken, or held undecided, becomes text. */
  setFree(): void;
  /** Stops the upstream. Resolves when its iterator has let go. */
  stop(): Promise<void>;
}

export function startReader(options: ReaderOptions): Reader {
  const { session, prefix, clock, deadlineMs, maxTokens } = options;
  const controller = new AbortController();
  const signal = AbortSignal.any([options.signal, controller.signal]);
  const maxLength = options.maxSegmentLength === null ? {} : { maxLength: options.maxSegmentLength };
  const segmenter =
    options.format === 'json'
      ? createWholeAnswer(maxLength)
      : createSegmenter({ after: prefix, ...maxLength });
  const thoughts = options.cutReasoning ? createSegmenter() : null;
  const queue: Item[] = [];
  let received = '';
  let free = options.free;
  // The first half of a surrogate pair whose second half is still to come: alone it is no text.
  let half = '';
  let arrival = Promise.withResolvers<void>();
  let room = Promise.withResolvers<void>();

  function put(item: Item) {
    queue.push(item);
    arrival.resolve();
    options.onItem(queue);
  }

  function putSegments(segments: readonly Segment[], atEnd: boolean) {
    for (const { text, kind } of segments) {
      const draft = text.trimStart();
      const lead = text.slice(0, text.length - draft.length);
      if (draft === '') put({ type: 'text', text, why: 'whitespace' });
      else put({ type: 'draft', lead, draft, kind, atEnd });
    }
  }

  function putFree(text: string) {
    const whole = half + text;
    half = /[\uD800-\uDBFF]$/.test(whole) ? whole.slice(-1) : '';
    const ready = whole.slice(0, whole.length - half.length);
    if (ready !== '') put({ type: 'text', text: ready, why: 'free' });
  }

  function putThoughts(segments: readonly Segment[]) {
    for (const { text, kind } of segments) {
      const draft = text.trimStart();
      if (draft === '') continue;
      const lead = text.slice(0, text.length - draft.length);
      put({ type: 'thought', draft: { type: 'draft', lead, draft, kind, atEnd: false } });
    }
  }

  function flush() {
    putThoughts(thoughts?.flush() ?? []);
    putSegments(segmenter.flush(), true);
    if (half !== '') put({ type: 'text', text: half, why: 'free' });
    half = '';
  }

  function handle(event: UpstreamEvent) {
    switch (event.type) {
      case 'text-delta':
        if (event.text === '') return;
        if (received === '') {
          options.onFirstText();
          putThoughts(thoughts?.flush() ?? []);
        }
        received += event.text;
        if (free) putFree(event.text);
        else putSegments(segmenter.push(event.text), false);
        return;
      case 'reasoning-delta':
        if (thoughts) putThoughts(thoughts.push(event.text));
        else put({ type: 'reasoning', text: event.text });
        return;
      case 'tool-call-delta':
        // A message with tool calls cannot be continued, so sentence handling ends here for this turn.
        flush();
        free = true;
        put({ type: 'tool-call', delta: event.delta });
        return;
      case 'usage':
        options.onUsage(event.usage);
        return;
      case 'finish':
        flush();
        put({ type: 'finish', reason: event.reason });
    }
  }

  async function read() {
    let iterator: AsyncIterator<UpstreamEvent> | undefined;
    let finished = false;
    try {
      const events = session.continueFrom(prefix, signal, maxTokens === undefined ? {} : { maxTokens });
      iterator = events[Symbol.asyncIterator]();
      for (;;) {
        const limit = { clock, ms: deadlineMs, signal, what: "The upstream's next event" };
        const { value, done } = await within(iterator.next(), limit);
        if (done) break;
        if (finished && value.type !== 'usage') continue;
        handle(value);
        if (value.type === 'finish') finished = true;
        if (options.stopAfterDraft && !free && queue.some((item) => item.type === 'draft')) return;
        while (!finished && queue.length > options.readAhead && !signal.aborted) {
          room = Promise.withResolvers();
          await room.promise;
        }
      }
      if (!finished)
        throw new StreamAlignerError(
          'upstream-truncated',
          'The upstream stopped in mid-answer: its stream ended without a finish reason. Its connection was cut, or its server failed.',
        );
    } catch (error) {
      if (!controller.signal.aborted) put({ type: 'failure', error });
    } finally {
      controller.abort(new StreamAlignerError('closed', 'The continuation is over.'));
      if (iterator) await letGo(iterator, clock);
    }
  }
  const reading = read();

  return {
    queue,
    get received() {
      return received;
    },
    async head() {
      for (;;) {
        const [first] = queue;
        if (first) return first;
        arrival = Promise.withResolvers();
        await arrival.promise;
      }
    },
    take() {
      queue.shift();
      room.resolve();
    },
    setFree() {
      free = true;
      const undecided = segmenter.flush().map(({ text }) => text);
      const cut = queue.map((item): Item =>
        item.type === 'draft' ? { type: 'text', text: item.lead + item.draft, why: 'free' } : item,
      );
      queue.splice(0, queue.length, ...cut);
      // Nothing but reasoning can stand behind what is undecided: a tool call or a finish would have flushed it.
      putFree(undecided.join(''));
      room.resolve();
    },
    async stop() {
      controller.abort(new StreamAlignerError('closed', 'The continuation is over.'));
      room.resolve();
      await reading;
    },
  };
}

/** Longest wait for an upstream that was told to stop, in milliseconds. */
const LET_GO_MS = 1_000;

/** Waits until an iterator has cleaned up, but not for one that hangs in its last await. */
async function letGo(iterator: AsyncIterator<UpstreamEvent>, clock: Clock): Promise<void> {
  const gone = Promise.resolve(iterator.return?.());
  const limit = { clock, ms: LET_GO_MS, signal: new AbortController().signal, what: 'Stopping the upstream' };
  await within(gone, limit).catch(() => {});
}
