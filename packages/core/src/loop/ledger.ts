import type { GenerationParams } from '../upstream.ts';
import { truncateToTokens } from './tokens.ts';

/** What accepting a piece of text came to. */
export interface Entry {
  /** What of it goes to the client now. */
  sent: string;
  /** Why the answer ends here, if it does. */
  ended: 'max-tokens' | 'stop-string' | null;
}

/** The accepted answer: what the upstream continues from, what was sent, and the limits that hold over all of it. */
export interface Ledger {
  /** The first prefix and everything accepted: what the upstream continues from. */
  readonly prefix: string;
  /** Tokens of accepted text. */
  readonly tokens: number;
  /** Tokens left of `maxTokens`; undefined when there is no limit. */
  readonly tokensLeft: number | undefined;
  /**
   * Appends text. Sentences are counted against `maxTokens` and cut there; free text is limited by the upstream itself,
   * which was told what is left when it began.
   */
  accept(text: string, kind: 'sentence' | 'free'): Entry;
  /** Releases the characters held back because they might have begun a stop string. */
  release(): string;
}

export function createLedger(options: {
  firstPrefix: string;
  params: GenerationParams;
  countTokens: (text: string) => number;
}): Ledger {
  const { params, countTokens } = options;
  const stops = (params.stop ?? []).filter((stop) => stop !== '');
  let prefix = options.firstPrefix;
  let sentenceTokens = 0;
  let free = '';
  // Accepted but not sent: might be the beginning of a stop string.
  let held = '';

  let stopped = false;

  const tokens = () => {
    // A stop string cuts what was counted before: then the answer is counted once more, whole.
    if (stopped) return countTokens(prefix.slice(options.firstPrefix.length));
    return sentenceTokens + (free === '' ? 0 : countTokens(free));
  };
  const tokensLeft = () =>
    params.maxTokens === undefined ? undefined : Math.max(0, params.maxTokens - tokens());

  function passStops(text: string): Entry {
    const buffer = held + text;
    const found = earliestStop(buffer, stops);
    if (found !== null) {
      prefix = prefix.slice(0, prefix.length - (buffer.length - found));
      held = '';
      stopped = true;
      return { sent: buffer.slice(0, found), ended: 'stop-string' };
    }
    const keep = longestPartialStop(buffer, stops);
    held = buffer.slice(buffer.length - keep);
    return { sent: buffer.slice(0, buffer.length - keep), ended: null };
  }

  return {
    get prefix() {
      return prefix;
    },
    get tokens() {
      return tokens();
    },
    get tokensLeft() {
      return tokensLeft();
    },
    accept(text, kind) {
      const left = kind === 'sentence' ? tokensLeft() : undefined;
      const cut = left !== undefined && countTokens(text) > left;
      const fitting = cut ? truncateToTokens(text, left, countTokens) : text;
      if (kind === 'sentence') sentenceTokens += countTokens(fitting);
      else free += fitting;
      prefix += fitting;
      const entry = passStops(fitting);
      return cut && entry.ended === null ? { ...entry, ended: 'max-tokens' } : entry;
    },
    release() {
      const rest = held;
      held = '';
      return rest;
    },
  };
}

function earliestStop(text: string, stops: readonly string[]): number | null {
  const found = stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
  return found.length === 0 ? null : Math.min(...found);
}

/** How many characters at the end of `text` may begin a stop string. */
function longestPartialStop(text: string, stops: readonly string[]): number {
  const lengths = stops.map((stop) => {
    for (let length = Math.min(stop.length - 1, text.length); length > 0; length -= 1) {
      if (stop.startsWith(text.slice(text.length - length))) return length;
    }
    return 0;
  });
  return Math.max(0, ...lengths);
}
