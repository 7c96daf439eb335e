import { StreamAlignerError } from '../errors.ts';
import { isPassing } from '../loop/recovery.ts';
import type { NextTry, Upstream, UpstreamEvent, UpstreamSession } from '../upstream.ts';
import { isServerFault, mayDoBetterElsewhere } from './blame.ts';
import type { Breaker } from './breaker.ts';

/** One upstream of a list, with the breaker that all answers share. */
export interface UpstreamMember {
  upstream: Upstream;
  breaker: Breaker;
}

/**
 * Several upstreams as one: an answer begins with the first that is up, and goes on with the next from exactly what was
 * accepted when the one that writes it fails. Each must be able to continue the others' text, so they should serve the
 * same model, or ones that are near enough. What a server keeps of an answer (reasoning, token ids, cache) stays behind.
 *
 * Tokens are counted as the first one counts them.
 */
export function createUpstreamList(members: readonly [UpstreamMember, ...UpstreamMember[]]): Upstream {
  const [{ upstream: first }] = members;
  const native = members.every(({ upstream }) => upstream.continuation === 'native');
  return {
    model: first.model,
    continuation: native ? 'native' : 'emulated',
    ...(first.countTokens && { countTokens: (text: string) => first.countTokens?.(text) ?? 0 }),
    async open(request) {
      const tried = new Set<UpstreamMember>();
      for (;;) {
        const member = nextMember(members, tried);
        tried.add(member);
        try {
          const session = await member.upstream.open(request);
          return createListSession({ members, request, begun: { member, session } });
        } catch (error) {
          const isLast = tried.size === members.length;
          if (request.signal.aborted || isLast || !mayDoBetterElsewhere(error)) throw error;
          if (isServerFault(error)) member.breaker.failed();
        }
      }
    },
  };
}

interface Begun {
  member: UpstreamMember;
  session: UpstreamSession;
}

type OpenRequest = Parameters<Upstream['open']>[0];

function createListSession(setup: {
  members: readonly UpstreamMember[];
  request: OpenRequest;
  begun: Begun;
}): UpstreamSession {
  const { members, request } = setup;
  const sessions = new Map<UpstreamMember, UpstreamSession>([[setup.begun.member, setup.begun.session]]);
  let current = setup.begun.member;
  let triedHere = new Set<UpstreamMember>();
  let triedAt: string | null = null;

  async function sessionOf(member: UpstreamMember): Promise<UpstreamSession> {
    const session = sessions.get(member) ?? (await member.upstream.open(request));
    sessions.set(member, session);
    return session;
  }

  /** Passes events on. A finish shows that the server is well; an end without one, that it is not. */
  async function* watched(
    { breaker }: UpstreamMember,
    { events, signal }: { events: () => AsyncGenerator<UpstreamEvent>; signal: AbortSignal },
  ) {
    let finished = false;
    try {
      for await (const event of events()) {
        if (event.type === 'finish') {
          finished = true;
          breaker.succeeded();
        }
        yield event;
      }
      if (!finished && !signal.aborted) breaker.failed();
    } catch (error) {
      if (!signal.aborted && isServerFault(error)) breaker.failed();
      throw error;
    }
  }

  return {
    get model() {
      return current.upstream.model;
    },
    async *continueFrom(prefix, signal, limits) {
      if (prefix !== triedAt) triedHere = new Set();
      triedAt = prefix;
      const member = current;
      triedHere.add(member);
      yield* watched(member, {
        signal,
        async *events() {
          const session = await sessionOf(member);
          signal.throwIfAborted();
          yield* session.continueFrom(prefix, signal, limits);
        },
      });
    },
    afterFailure(error): NextTry {
      // On from here, so that one that failed earlier in the answer comes last.
      const at = members.indexOf(current);
      const inOrder = [...members.slice(at + 1), ...members.slice(0, at + 1)];
      const untried = inOrder.filter((member) => !triedHere.has(member));
      const up = untried.find(({ breaker }) => breaker.tryEnter());
      if (up) {
        current = up;
        return 'elsewhere';
      }
      if (!isPassing(error)) return 'nowhere';
      // All have failed here: go round once more, after a wait.
      triedHere = new Set();
      current = nextMember(inOrder, new Set());
      return 'here';
    },
    async close() {
      await Promise.all([...sessions.values()].map((session) => session.close()));
    },
  };
}

/** The first that is up of those not in `except`, or the first of them when none is. */
function nextMember(members: readonly UpstreamMember[], except: ReadonlySet<UpstreamMember>): UpstreamMember {
  const left = members.filter((member) => !except.has(member));
  const next = left.find(({ breaker }) => breaker.tryEnter()) ?? left[0];
  if (!next) throw new StreamAlignerError('internal', 'A list of upstreams ran out of members.');
  return next;
}
