import type { Aligner, AlignerSession, CorrectionRequest } from '../aligner.ts';
import { type Clock, systemClock } from '../clock.ts';
import { StreamAlignerError } from '../errors.ts';
import { within } from '../loop/race.ts';
import { isServerFault, mayDoBetterElsewhere } from './blame.ts';
import type { Breaker } from './breaker.ts';

/** One aligner of several, with the breaker that all answers share. */
export interface AlignerMember {
  aligner: Aligner;
  breaker: Breaker;
}

export interface AlignerReplicasOptions {
  /** Longest wait for one replica's verdict before the next is asked, in milliseconds. Default: as long as it takes. */
  attemptMs?: number;
  /** Default: the machine's clock. */
  clock?: Clock;
}

/** What a timer can hold. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Several servers of one aligner as one. An answer stays with the replica that has the fewest answers, so that what its
 * server has cached stays useful; a draft that it fails to judge goes to the next. While every breaker is open a draft
 * fails at once, with `overloaded`.
 */
export function createAlignerReplicas(
  members: readonly [AlignerMember, ...AlignerMember[]],
  { attemptMs = Number.POSITIVE_INFINITY, clock = systemClock }: AlignerReplicasOptions = {},
): Aligner {
  const answers = new Map<AlignerMember, number>(members.map((member) => [member, 0]));
  const count = (member: AlignerMember, change: number) =>
    answers.set(member, (answers.get(member) ?? 0) + change);

  return {
    model: members[0].aligner.model,
    async open(request) {
      const order = members.toSorted((one, other) => (answers.get(one) ?? 0) - (answers.get(other) ?? 0));
      const [home] = order;
      const sessions = new Map<AlignerMember, Promise<AlignerSession>>();
      function sessionOf(member: AlignerMember): Promise<AlignerSession> {
        const known = sessions.get(member) ?? member.aligner.open(request);
        sessions.set(member, known);
        known.catch(() => sessions.delete(member));
        return known;
      }

      async function ask<T>(
        member: AlignerMember,
        request: CorrectionRequest,
        work: (session: AlignerSession, request: CorrectionRequest) => Promise<T>,
      ): Promise<T> {
        const { breaker } = member;
        const attempt = new AbortController();
        const signal = AbortSignal.any([request.signal, attempt.signal]);
        try {
          const verdict = sessionOf(member).then((session) => work(session, { ...request, signal }));
          const limit = {
            clock,
            ms: Math.min(attemptMs, LONGEST_TIMER_MS),
            signal,
            what: 'A verdict of one aligner',
          };
          const judged = await within(verdict, limit);
          breaker.succeeded();
          return judged;
        } catch (error) {
          if (isBlamed(error, request.signal)) breaker.failed();
          throw error;
        } finally {
          attempt.abort();
        }
      }

      if (home) {
        count(home, 1);
        // Its place is taken at once, so that an answer waits for both its models together. A draft that finds it failed
        // asks the others.
        await sessionOf(home).catch((error: unknown) => {
          if (mayDoBetterElsewhere(error) && members.length > 1) return;
          count(home, -1);
          throw error;
        });
      }

      /** Asks the first replica that can tell. */
      const askAny =
        <T>(work: (session: AlignerSession, request: CorrectionRequest) => Promise<T>) =>
        async (request: CorrectionRequest): Promise<T> => {
          let failure: unknown;
          for (const member of order) {
            if (!member.breaker.tryEnter()) continue;
            try {
              return await ask(member, request, work);
            } catch (error) {
              if (request.signal.aborted || !mayDoBetterElsewhere(error)) throw error;
              failure = error;
            }
          }
          throw failure ?? allDown(members);
        };

      return {
        correct: askAny((session, asked) => session.correct(asked)),
        likelihood: askAny((session, asked) => {
          if (session.likelihood) return session.likelihood(asked);
          throw new StreamAlignerError(
            'configuration',
            `${members[0].aligner.model} cannot tell how likely it is to copy a sentence. That needs the copy check of a server that scores (vllm, sglang), or a model in this process.`,
          );
        }),
        async close() {
          if (home) count(home, -1);
          const opened = await Promise.allSettled(sessions.values());
          await Promise.all(
            opened.map((session) => (session.status === 'fulfilled' ? session.value.close() : undefined)),
          );
        },
      };
    },
  };
}

/** Whether a failure counts against the server: not what went wrong because its caller left, unless it left for waiting. */
function isBlamed(error: unknown, { aborted, reason }: AbortSignal): boolean {
  if (!aborted) return isServerFault(error);
  return StreamAlignerError.isInstance(reason) && reason.code === 'deadline';
}

function allDown(members: readonly AlignerMember[]): StreamAlignerError {
  const retryAfterSeconds = Math.min(...members.map(({ breaker }) => breaker.retryAfterSeconds));
  const who = members.length === 1 ? 'The aligner has' : `All ${members.length} replicas of the aligner have`;
  return new StreamAlignerError(
    'overloaded',
    `${who} failed too often to be asked now; the next try is in ${retryAfterSeconds} s. See whether it runs.`,
    { details: { status: 503, retryAfterSeconds } },
  );
}
