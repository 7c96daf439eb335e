import type { AlignerSession } from '../aligner.ts';
import { StreamAlignerError } from '../errors.ts';
import type { AlignEvent, EndCause, PassReason, RestartReason } from '../events.ts';
import type { FinishReason, UpstreamSession } from '../upstream.ts';
import { createBooks } from './books.ts';
import { createJudging, type Draft, type Judging } from './judging.ts';
import { createLedger } from './ledger.ts';
import type { ResolvedOptions } from './options.ts';
import { within } from './race.ts';
import { type Reader, startReader } from './reader.ts';
import { estimateTokens } from './tokens.ts';
import type { Verdict } from './verdict.ts';

export interface AnswerContext {
  options: ResolvedOptions;
  opening: readonly [Promise<UpstreamSession>, Promise<AlignerSession>];
  /** Whether the caller, rather than a deadline, ended the answer. */
  leftByCaller(): boolean;
}

/** One continuation of the upstream with the verdicts on its drafts. */
interface Continuation {
  reader: Reader;
  judging: Judging;
  /** How much of the received text was sent on as it was, in code units. */
  used: number;
}

/** Most verdicts that shadow mode waits for at once; further sentences go unjudged, since nothing may be held up. */
const MOST_SHADOWED = 16;
/** Longest that shadow mode holds up the end of an answer for verdicts still out, in milliseconds. */
const SHADOW_TAIL_MS = 2_000;

/** How an answer ends. */
interface End {
  reason: FinishReason;
  cause: EndCause;
}

type Sessions = readonly [UpstreamSession, AlignerSession];
type Sentence = Pick<Extract<AlignEvent, { type: 'draft-seen' }>, 'round' | 'kind' | 'lead' | 'draft'>;
type Judged = Extract<Verdict, { correction: unknown }>;

/** A draft of shadow mode that went out and whose verdict is still to be reported. */
interface Shadowed {
  sentence: Sentence;
  verdict: Promise<Verdict>;
  settled: boolean;
}

type Steps<T = End | null> = AsyncGenerator<AlignEvent, T, undefined>;

/**
 * The correction loop: drafts are judged ahead of their turn and committed in order. A kept draft leaves the upstream
 * alone; a rewritten one makes it continue from the rewritten text, and all it said after the draft is forgotten. What
 * is sent depends on what the models say, never on when they say it (law 5).
 */
export async function* runAnswer({ options, opening, leftByCaller }: AnswerContext): Steps<void> {
  const { upstream, rounds, lookahead, signal, clock } = options;
  const countTokens = upstream.countTokens?.bind(upstream) ?? estimateTokens;
  const ledger = createLedger({ firstPrefix: options.firstPrefix, params: options.params, countTokens });
  const books = createBooks({ clock, estimated: upstream.countTokens === undefined });
  const { counts, timings } = books;
  const shadow = options.mode === 'shadow';
  // In shadow mode the upstream is never stopped, or its text would not go out unchanged.
  const sequential = lookahead === 0 && !shadow;
  let current: Continuation | null = null;
  let roundsDone = 0;
  let restartsAfterRewrites = 0;
  let toolCalled = false;
  /** Drafts deleted at the present prefix: one that comes back would come back for ever. */
  let deleted: string[] = [];
  const shadowed: Shadowed[] = [];

  function begin([upstreamSession, aligner]: Sessions): Continuation {
    const judging = createJudging({ aligner, resolved: options, books });
    const fromStart = ledger.prefix === options.firstPrefix;
    const reader = startReader({
      session: upstreamSession,
      prefix: ledger.prefix,
      signal,
      clock,
      deadlineMs: options.deadlines.upstream,
      maxTokens: ledger.tokensLeft,
      maxSegmentLength: options.maxSegmentLength,
      readAhead: lookahead + 1,
      stopAfterDraft: sequential,
      free: roundsDone >= rounds,
      onItem: (queue) => schedule({ reader: { queue }, judging }),
      onUsage: (usage) => {
        // Later requests count what was written before them as prompt.
        if (fromStart) counts.promptTokens = usage.promptTokens;
      },
      onFirstText: books.noteFirstUpstreamText,
    });
    return { reader, judging, used: 0 };
  }

  function schedule({ reader, judging }: { reader: Pick<Reader, 'queue'>; judging: Judging }) {
    // Shadow mode asks when a draft goes out: its verdict holds nothing up.
    if (shadow) return;
    judging.schedule({ queue: reader.queue, prefix: ledger.prefix, roundsLeft: rounds - roundsDone });
  }

  async function stop(): Promise<void> {
    if (!current) return;
    const { reader, judging, used } = current;
    current = null;
    judging.stop();
    await reader.stop();
    counts.discardedTokens += countTokens(reader.received.slice(used));
  }

  /** Accepts text that nobody judged and sends it. */
  function pass(
    continuation: Continuation,
    passing: { text: string; reason: PassReason; sentence: boolean },
  ) {
    const { text, reason, sentence } = passing;
    const entry = ledger.accept(text, sentence ? 'sentence' : 'free');
    continuation.used += text.length;
    deleted = [];
    return {
      event: books.event({ type: 'text-passed', text, reason, sent: entry.sent }),
      end: endOf(entry.ended),
    };
  }

  async function* restart(sessions: Sessions, reason: RestartReason): Steps<void> {
    await stop();
    counts.restarts += 1;
    yield books.event({ type: 'upstream-restarted', reason, prefixLength: ledger.prefix.length });
    current = begin(sessions);
  }

  /** Takes one item of the upstream's; gives how the answer ends, once it does. */
  async function* step(sessions: Sessions, now: Continuation): Steps {
    const { reader } = now;
    const item = await reader.head();
    signal.throwIfAborted();
    if (item.type === 'draft' && !options.exempt.includes(item.kind))
      return yield* shadow ? shadowRound(now, item) : round(sessions, now, item);
    reader.take();
    switch (item.type) {
      case 'draft': {
        const { event, end } = pass(now, { text: item.lead + item.draft, reason: 'exempt', sentence: true });
        yield event;
        if (end === null && sequential && !item.atEnd) yield* restart(sessions, 'sequential');
        return end;
      }
      case 'text': {
        const reason =
          item.why === 'whitespace' ? 'whitespace' : toolCalled ? 'after-tool-call' : 'rounds-used';
        const { event, end } = pass(now, { text: item.text, reason, sentence: false });
        yield event;
        return end;
      }
      case 'reasoning':
        if (options.reasoning === 'pass') yield books.event({ type: 'reasoning-delta', text: item.text });
        return null;
      case 'tool-call':
        toolCalled = true;
        yield books.event({ type: 'tool-call-delta', delta: item.delta });
        return null;
      case 'finish':
        return { reason: item.reason, cause: 'upstream' };
      case 'failure':
        throw item.error;
    }
  }

  /** One round: the due draft's verdict, and what follows from it. */
  async function* round(sessions: Sessions, now: Continuation, item: Draft): Steps {
    const { reader, judging } = now;
    const sentence = sentenceOf(item);
    schedule(now);
    yield books.event({ type: 'draft-seen', ...sentence });
    const verdict = await judging.verdictOf(item, ledger.prefix);
    signal.throwIfAborted();
    if ('error' in verdict) {
      yield failureEvent(sentence, verdict.error);
      if (options.onAlignerFailure === 'block') throw verdict.error;
    }
    reader.take();
    roundsDone += 1;
    if ('correction' in verdict && verdict.correction.text !== item.draft)
      return yield* rewrite(sessions, { now, item, sentence, verdict });
    const text = item.lead + item.draft;
    let end: End | null;
    if ('error' in verdict) {
      const passed = pass(now, { text, reason: 'policy', sentence: true });
      yield passed.event;
      end = passed.end;
    } else {
      const entry = ledger.accept(text, 'sentence');
      now.used += text.length;
      deleted = [];
      yield verdictEvent(sentence, verdict, { sent: entry.sent, applied: true });
      end = endOf(entry.ended);
    }
    return end ?? (yield* goOn(sessions, now, item));
  }

  /** After a draft that went out as it was: the next one, the last round's `then`, or the sequential restart. */
  async function* goOn(sessions: Sessions, { reader }: Continuation, item: Draft): Steps {
    if (roundsDone >= rounds) {
      if (finishBehind(reader, item) === null && options.then === 'stop')
        return { reason: 'stop', cause: 'rounds-used' };
      reader.setFree();
    }
    if (sequential && !item.atEnd) yield* restart(sessions, 'sequential');
    return null;
  }

  /** Sends the rewrite in the draft's place and has the upstream continue from it. */
  async function* rewrite(
    sessions: Sessions,
    { now, item, sentence, verdict }: { now: Continuation; item: Draft; sentence: Sentence; verdict: Judged },
  ): Steps {
    const { text } = verdict.correction;
    if (text === '' && deleted.includes(item.draft)) return { reason: 'stop', cause: 'repetition' };
    deleted = text === '' ? [...deleted, item.draft] : [];
    const entry = ledger.accept(text === '' ? '' : item.lead + text, 'sentence');
    yield verdictEvent(sentence, verdict, { sent: entry.sent, applied: true });
    const end = endOf(entry.ended) ?? endAfterRewrite(now.reader, item);
    if (end) return end;
    if (roundsDone >= rounds && options.then === 'stop') return { reason: 'stop', cause: 'rounds-used' };
    if (restartsAfterRewrites >= options.maxRestarts) return { reason: 'length', cause: 'restart-budget' };
    restartsAfterRewrites += 1;
    const wasLast = finishBehind(now.reader, item) !== null;
    yield* restart(sessions, wasLast ? 'after-last-rewrite' : 'rewrite');
    return null;
  }

  /** A round in shadow mode: the draft goes out at once, and its verdict is reported when it comes. */
  async function* shadowRound(now: Continuation, item: Draft): Steps {
    const sentence = sentenceOf(item);
    yield books.event({ type: 'draft-seen', ...sentence });
    const waitingAlready = shadowed.filter(({ settled }) => !settled).length;
    const verdict =
      waitingAlready < MOST_SHADOWED
        ? now.judging.verdictOf(item, ledger.prefix)
        : Promise.resolve(notJudged());
    const waiting: Shadowed = { sentence, verdict, settled: false };
    verdict.then(() => {
      waiting.settled = true;
    });
    shadowed.push(waiting);
    now.reader.take();
    roundsDone += 1;
    const { event, end } = pass(now, { text: item.lead + item.draft, reason: 'shadow', sentence: true });
    yield event;
    if (roundsDone >= rounds) now.reader.setFree();
    return end;
  }

  /** Reports the verdicts of shadow mode in order: those that have come, or in the end all that come soon. */
  async function* reportShadowed(all: boolean): Steps<void> {
    const deadline = clock.now() + SHADOW_TAIL_MS;
    while (shadowed[0] && (all || shadowed[0].settled)) {
      const { sentence, verdict } = shadowed[0];
      const limit = { clock, ms: Math.max(0, deadline - clock.now()), signal, what: "The aligner's verdict" };
      const judged = await within(verdict, limit).catch(lateVerdict);
      signal.throwIfAborted();
      shadowed.shift();
      if ('error' in judged) yield failureEvent(sentence, judged.error);
      else yield verdictEvent(sentence, judged, { sent: '', applied: false });
    }
  }

  function sentenceOf({ lead, draft, kind }: Draft): Sentence {
    return { round: roundsDone + 1, kind, lead, draft };
  }

  function failureEvent(sentence: Sentence, error: StreamAlignerError): AlignEvent {
    counts.failed += 1;
    const policy = shadow ? 'pass' : options.onAlignerFailure;
    return books.event({ type: 'aligner-failed', ...sentence, policy, error });
  }

  function verdictEvent(
    sentence: Sentence,
    { correction, judgedInMs }: Judged,
    { sent, applied }: { sent: string; applied: boolean },
  ): AlignEvent {
    const { text, by, cut } = correction;
    const judged = { judgedInMs, by, ...(cut ? { cut } : {}), sent };
    if (text === sentence.draft) {
      counts.kept += 1;
      return books.event({ type: 'sentence-kept', ...sentence, ...judged });
    }
    counts.rewritten += 1;
    return books.event({ type: 'sentence-rewritten', ...sentence, ...judged, text, applied });
  }

  /**
   * Whether a rewritten draft was the last of the answer. Then the upstream is asked once more only if it had ended by
   * itself, may still be judged, and truly continues: an emulated continuation cannot say that nothing is left.
   */
  function endAfterRewrite(reader: Reader, item: Draft): End | null {
    const finish = finishBehind(reader, item);
    if (finish === null) return null;
    const asksOnceMore = finish === 'stop' && upstream.continuation === 'native' && roundsDone < rounds;
    return asksOnceMore ? null : { reason: finish, cause: 'upstream' };
  }

  try {
    const sessions = await Promise.all(opening);
    current = begin(sessions);
    let end: End | null = null;
    while (current && end === null) {
      end = yield* step(sessions, current);
      yield* reportShadowed(false);
    }
    await current?.reader.stop();
    yield* reportShadowed(true);
    await stop();
    counts.sentTokens = ledger.tokens;
    const { reason, cause } = end ?? { reason: 'stop', cause: 'upstream' };
    yield books.event({ type: 'answer-finished', reason, cause, counts, timings, sent: ledger.release() });
  } catch (error) {
    await stop();
    counts.sentTokens = ledger.tokens;
    if (leftByCaller()) yield books.event({ type: 'answer-aborted', counts, timings });
    else yield books.event({ type: 'answer-failed', error: asFailure(error), counts, timings });
  } finally {
    await stop();
  }
}

/**
 * The finish that follows a draft with nothing but whitespace between, or null. Only a draft that was flushed by the
 * finish is known to be the last: whether more had arrived behind any other is a matter of timing (law 5).
 */
function finishBehind(reader: Reader, { atEnd }: Draft): FinishReason | null {
  if (!atEnd) return null;
  const next = reader.queue.find((found) => found.type !== 'text' || found.why !== 'whitespace');
  return next?.type === 'finish' ? next.reason : null;
}

function notJudged(): Verdict {
  const message = `In shadow mode ${MOST_SHADOWED} sentences already waited for the aligner, so this one was not judged.`;
  return { error: new StreamAlignerError('overloaded', message), judgedInMs: 0 };
}

function lateVerdict(error: unknown): Verdict {
  return { error: asFailure(error), judgedInMs: SHADOW_TAIL_MS };
}

function endOf(ended: 'max-tokens' | 'stop-string' | null): End | null {
  if (ended === null) return null;
  return { reason: ended === 'max-tokens' ? 'length' : 'stop', cause: ended };
}

function asFailure(error: unknown): StreamAlignerError {
  if (StreamAlignerError.isInstance(error)) return error;
  return new StreamAlignerError('upstream-failed', 'The upstream failed while it wrote the answer.', {
    cause: error,
  });
}
