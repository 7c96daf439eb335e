import type { AlignerSession } from '../aligner.ts';
import type { StreamAlignerError } from '../errors.ts';
import type { AlignEvent, PassReason, RestartReason } from '../events.ts';
import type { UpstreamSession } from '../upstream.ts';
import { createBooks } from './books.ts';
import { createBudgetKeeper } from './budget.ts';
import { asFailure, type End, endOf, finishBehind } from './ending.ts';
import { createJudging, type Draft, type Judging } from './judging.ts';
import { createLedger } from './ledger.ts';
import type { ResolvedOptions } from './options.ts';
import { pause } from './race.ts';
import { type Reader, startReader } from './reader.ts';
import { createRecoveryPlan, isPassing } from './recovery.ts';
import { createShadow, type Sentence } from './shadow.ts';
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

type Sessions = readonly [UpstreamSession, AlignerSession];
type Judged = Extract<Verdict, { correction: unknown }>;

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
  const budget = createBudgetKeeper({ budget: options.budget, counts, clock });
  const recovery = createRecoveryPlan(options.recovery, options.random);
  const shadow = options.mode === 'shadow';
  // In shadow mode the upstream is never stopped, or its text would not go out unchanged.
  const sequential = lookahead === 0 && !shadow;
  let current: Continuation | null = null;
  let lastJudging = null as Judging | null;
  let roundsDone = 0;
  let restartsInBudget = 0;
  let toolCalled = false;
  let reasoningSent = false;
  /** The reasoning that was accepted, where it is aligned. */
  let reasoned = '';
  let budgetUsed = false;
  /** Drafts deleted at the present prefix: one that comes back would come back for ever. */
  let deleted: string[] = [];
  const shadowed = createShadow({ clock, signal });

  function begin([upstreamSession, aligner]: Sessions): Continuation {
    const judging = (shadow && lastJudging) || createJudging({ aligner, resolved: options, books });
    lastJudging = judging;
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
      format: options.format,
      cutReasoning: options.reasoning === 'align' && !shadow,
      free: isFree(),
      onItem: (queue) => schedule({ reader: { queue }, judging }),
      onUsage: (usage) => {
        // Later requests count what was written before them as prompt.
        if (fromStart) counts.promptTokens = usage.promptTokens;
      },
      onFirstText() {
        books.noteFirstUpstreamText();
        budget.noteText();
      },
    });
    return { reader, judging, used: 0 };
  }

  /** Whether what comes goes out without being cut into sentences. */
  function isFree(): boolean {
    return (
      roundsDone >= rounds || budgetUsed || (options.format === 'json' && options.exempt.includes('json'))
    );
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
    // In shadow mode the verdicts on what went out are still wanted after the upstream was started again.
    if (!shadow) judging.stop();
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
    if (reason === 'recovery') counts.recoveries += 1;
    else budget.noteRestart();
    const prefixLength = ledger.prefix.length;
    const { continuation } = upstream;
    yield books.event({
      type: 'upstream-restarted',
      upstream: modelOf(sessions),
      continuation,
      reason,
      prefixLength,
    });
    current = begin(sessions);
  }

  function modelOf([session]: Sessions): string {
    return session.model ?? upstream.model;
  }

  /**
   * Has the answer go on from what was accepted, after a failure of the upstream; throws the failure where that cannot
   * help. Calls of tools, and reasoning before the answer's first word, cannot be taken up where they were left.
   */
  async function* recover(sessions: Sessions, error: StreamAlignerError): Steps<void> {
    const [session] = sessions;
    const name = modelOf(sessions);
    const prefixLength = ledger.prefix.length;
    const next = session.afterFailure?.(error) ?? (isPassing(error) ? 'here' : 'nowhere');
    const waitMs = recovery.waitAfter(error, { prefixLength, next });
    const lost = toolCalled || (reasoningSent && prefixLength === options.firstPrefix.length);
    if (waitMs === null || lost || restartsInBudget >= options.maxRestarts) throw error;
    restartsInBudget += 1;
    yield books.event({ type: 'upstream-failed', upstream: name, error, waitMs });
    await pause(waitMs, { clock, signal });
    yield* restart(sessions, 'recovery');
  }

  /** Takes one item of the upstream's; gives how the answer ends, once it does. */
  async function* step(sessions: Sessions, now: Continuation): Steps {
    const { reader } = now;
    const item = await reader.head();
    signal.throwIfAborted();
    if (item.type === 'draft' && budget.spent && !budgetUsed) {
      if (!shadow && options.onAlignerFailure === 'block') return { reason: 'length', cause: 'budget' };
      budgetUsed = true;
      reader.setFree();
      return null;
    }
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
        const reason = item.why === 'whitespace' ? 'whitespace' : whyFree();
        const { event, end } = pass(now, { text: item.text, reason, sentence: false });
        yield event;
        return end;
      }
      case 'reasoning':
        if (options.reasoning === 'drop') return null;
        reasoningSent = true;
        yield books.event({ type: 'reasoning-delta', text: item.text });
        return null;
      case 'thought':
        yield* thought(now, item.draft);
        return null;
      case 'tool-call':
        toolCalled = true;
        yield books.event({ type: 'tool-call-delta', delta: item.delta });
        return null;
      case 'finish':
        return { reason: item.reason, cause: 'upstream' };
      case 'failure':
        signal.throwIfAborted();
        yield* recover(sessions, asFailure(item.error));
        return null;
    }
  }

  /** A sentence of reasoning goes out as the aligner has it. It steers nothing: the upstream keeps its own thoughts. */
  async function* thought({ judging }: Continuation, item: Draft): Steps<void> {
    const verdict = await budget.hold(judging.verdictOf(item, reasoned));
    signal.throwIfAborted();
    if ('error' in verdict) {
      const { kind, lead, draft } = item;
      yield failureEvent({ round: 0, kind, lead, draft }, verdict.error);
      if (options.onAlignerFailure === 'block') throw verdict.error;
    }
    const accepted = 'correction' in verdict ? verdict.correction.text : item.draft;
    const text = accepted === '' ? '' : item.lead + accepted;
    reasoned += text;
    reasoningSent = true;
    const draft = accepted === item.draft ? {} : { draft: item.lead + item.draft };
    yield books.event({ type: 'reasoning-delta', text, ...draft });
  }

  /** Why text that was not cut into sentences goes out. */
  function whyFree(): PassReason {
    if (toolCalled) return 'after-tool-call';
    if (roundsDone >= rounds) return 'rounds-used';
    return budgetUsed ? 'budget-used' : 'exempt';
  }

  /** One round: the due draft's verdict, and what follows from it. */
  async function* round(sessions: Sessions, now: Continuation, item: Draft): Steps {
    const { reader, judging } = now;
    const sentence = sentenceOf(item);
    schedule(now);
    yield books.event({ type: 'draft-seen', ...sentence });
    const verdict = await budget.hold(judging.verdictOf(item, ledger.prefix));
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
    if (restartsInBudget >= options.maxRestarts) return { reason: 'length', cause: 'restart-budget' };
    restartsInBudget += 1;
    const wasLast = finishBehind(now.reader, item) !== null;
    yield* restart(sessions, wasLast ? 'after-last-rewrite' : 'rewrite');
    return null;
  }

  /** A round in shadow mode: the draft goes out at once, and its verdict is reported when it comes. */
  async function* shadowRound(now: Continuation, item: Draft): Steps {
    const sentence = sentenceOf(item);
    yield books.event({ type: 'draft-seen', ...sentence });
    shadowed.watch(sentence, () => now.judging.verdictOf(item, ledger.prefix));
    now.reader.take();
    roundsDone += 1;
    const { event, end } = pass(now, { text: item.lead + item.draft, reason: 'shadow', sentence: true });
    yield event;
    if (roundsDone >= rounds) now.reader.setFree();
    return end;
  }

  /** Reports the verdicts of shadow mode that have come, or in the end all that come soon. */
  async function* reportShadowed(all: boolean): Steps<void> {
    for await (const { sentence, verdict } of shadowed.verdicts(all)) {
      if ('error' in verdict) yield failureEvent(sentence, verdict.error);
      else yield verdictEvent(sentence, verdict, { sent: '', applied: false });
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
    const asksOnceMore =
      finish === 'stop' &&
      upstream.continuation === 'native' &&
      roundsDone < rounds &&
      // Nothing can follow a whole document.
      item.kind !== 'json';
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
    lastJudging?.stop();
  }
}
