import type { FinishReason, Upstream, UpstreamEvent } from '@stream-aligner/core';
import type { ManualClock } from '../clock/manual-clock.ts';
import { sleep } from '../clock/settle.ts';
import { createDice, type Dice, hash } from './hash.ts';
import { heldSession } from './held-session.ts';

/** What goes wrong with one continuation, after how many characters. */
export interface UpstreamFault {
  kind: 'cut' | 'throw' | 'stall';
  afterCharacters: number;
}

export interface ScriptedUpstreamOptions {
  clock: ManualClock;
  /** Decides the text: the continuation of a prefix is a function of this seed and the prefix alone. */
  textSeed: number;
  /** Decides chunks and delays, which must not matter. */
  timingSeed: number;
  /** About how long answers are, in tokens. Default 60. */
  length?: number;
  /** Asked at each continuation, counted from 0. */
  faultOf?(continuation: number): UpstreamFault | null;
  /** Called as a continuation begins, with its prefix. */
  onContinue?(prefix: string): void;
  continuation?: 'native' | 'emulated';
}

/** What a test wants to know of a scripted upstream afterwards. */
export interface ScriptedUpstream extends Upstream {
  /** The whole answer from a prefix on, as it would come undisturbed. */
  answerFrom(prefix: string): { text: string; reason: FinishReason; toolCall: boolean };
  /** Sessions and continuations that were begun and are not over. */
  readonly holding: { sessions: number; continuations: number };
}

/**
 * Whitespace stands only at a token's beginning, and tokens without it are single characters: a segment ends before
 * whitespace or after a full-width terminator, so every prefix the loop can cut falls between two tokens.
 */
const TOKENS = [
  ...' The, cat, sat, on, 3.14, mats, e.g., this, one, Dr., so..., Smith, and, “quoted”, 12, 50%, naïve, 猫, 𝒳, 👍🏽, $x, = 1$'.split(
    ',',
  ),
  ...'. . . ! ? 。 ！ ) " , ; 猫'.split(' '),
  ...[
    '\n\nNew',
    '\n-',
    '\n1.',
    '\n\n##',
    '\r\n\r\nWindows',
    '\n\n```js',
    '\n```',
    '\n\n|',
    ' |',
    '\n|---|',
    '\n\n$$',
    '\nx.',
  ],
  ' https://a.b/c.d?e=f.',
];
const END = 'end';

/**
 * An upstream whose text is a function of the prefix, token by token, so that a continuation from any of its own
 * prefixes goes on exactly as if it had never been interrupted.
 */
export function createScriptedUpstream(options: ScriptedUpstreamOptions): ScriptedUpstream {
  const { textSeed, clock, length = 60, faultOf = () => null } = options;
  const dice = createDice(options.timingSeed);
  const holding = { sessions: 0, continuations: 0 };
  let continuations = 0;

  function nextToken(prefix: string): string {
    const number = hash(prefix, textSeed);
    // Wordy at the start, and certain to end: the chance grows with the length.
    if (prefix !== '' && number % Math.max(2, length - Math.floor(prefix.length / 5)) === 1) return END;
    const token = TOKENS[(number >>> 8) % TOKENS.length] ?? '';
    return prefix === '' ? token.trimStart() || 'So' : token;
  }

  function answerFrom(prefix: string) {
    let text = '';
    for (let token = nextToken(prefix); token !== END; token = nextToken(prefix + text)) text += token;
    text += ['\n', '\n\n', '\r\n\r\n', '', '', '', ''][hash(prefix + text, textSeed + 1) % 7];
    const ending = hash(prefix + text, textSeed + 2) % 12;
    const reason: FinishReason = ending === 0 ? 'length' : ending === 1 ? 'tool_calls' : 'stop';
    return { text, reason, toolCall: reason === 'tool_calls' };
  }

  async function* speak(prefix: string, signal: AbortSignal): AsyncGenerator<UpstreamEvent, void, undefined> {
    const fault = faultOf(continuations);
    continuations += 1;
    options.onContinue?.(prefix);
    const { text, reason, toolCall } = answerFrom(prefix);
    let spoken = 0;
    for (const chunk of rechunk(text, dice)) {
      await pause(clock, dice, signal);
      if (fault && spoken + chunk.length > fault.afterCharacters) return fail(fault, signal);
      spoken += chunk.length;
      yield { type: 'text-delta', text: chunk };
    }
    if (fault) return fail(fault, signal);
    await pause(clock, dice, signal);
    if (toolCall)
      yield {
        type: 'tool-call-delta',
        delta: { index: 0, id: 'call', type: 'function', function: { name: 'look' } },
      };
    yield { type: 'finish', reason };
    yield { type: 'usage', usage: { promptTokens: 7, completionTokens: text.length } };
  }

  /** Throws, hangs until it is stopped, or just ends: a stream without a finish. */
  async function fail(fault: UpstreamFault, signal: AbortSignal): Promise<void> {
    if (fault.kind === 'throw') throw new Error('scripted failure');
    if (fault.kind === 'stall') await sleep(clock, Number.MAX_SAFE_INTEGER, signal);
  }

  return {
    model: 'scripted',
    continuation: options.continuation ?? 'native',
    answerFrom,
    holding,
    async open({ signal }) {
      await pause(clock, dice, signal);
      return {
        ...heldSession(holding),
        async *continueFrom(prefix, running) {
          holding.continuations += 1;
          try {
            yield* speak(prefix, running);
          } finally {
            holding.continuations -= 1;
          }
        },
      };
    },
  };
}

/** Splits a text at random places, surrogate pairs and CRLF included. */
export function* rechunk(text: string, dice: Dice): Generator<string, void, undefined> {
  const largest = dice.pick([1, 2, 5, 20, 200]);
  for (let from = 0; from < text.length;) {
    const to = from + 1 + dice.roll(largest);
    yield text.slice(from, to);
    from = to;
  }
}

/** Waits a random while, often not at all. */
export async function pause(clock: ManualClock, dice: Dice, signal: AbortSignal): Promise<void> {
  const ms = dice.pick([0, 0, 0, 1, 5, 40]);
  if (ms > 0) await sleep(clock, ms, signal);
}
