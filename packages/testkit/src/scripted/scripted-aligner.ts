import type { Aligner, Correction } from '@stream-aligner/core';
import type { ManualClock } from '../clock/manual-clock.ts';
import { sleep } from '../clock/settle.ts';
import { createDice, hash } from './hash.ts';
import { heldSession } from './held-session.ts';
import { pause } from './scripted-upstream.ts';

export interface ScriptedAlignerOptions {
  clock: ManualClock;
  /** Decides the verdicts: each is a function of this seed, the prefix and the draft alone. */
  verdictSeed: number;
  timingSeed: number;
  /** Share of drafts that are rewritten, in percent. Default 30. */
  rewritePercent?: number;
  /** Share of drafts whose judging fails, in percent. Default 0. */
  failPercent?: number;
  /** How a failure looks. Default all kinds. */
  failures?: readonly AlignerFailure[];
  /** Whether rewrites may be empty. Default false. */
  mayDelete?: boolean;
}

export type AlignerFailure = 'throw' | 'stall' | 'empty' | 'endless' | 'breaks-fence';

export interface ScriptedAligner extends Aligner {
  /** The verdict for a draft, as the aligner gives it: the text, or how it fails. */
  verdictOn(prefix: string, draft: string): { text: string } | { failure: AlignerFailure };
  readonly holding: { sessions: number; verdicts: number };
}

const FAILURES: readonly AlignerFailure[] = ['throw', 'stall', 'empty', 'endless', 'breaks-fence'];

/** An aligner whose verdicts are a function of text: keeps, and rewrites of every awkward shape. */
export function createScriptedAligner(options: ScriptedAlignerOptions): ScriptedAligner {
  const { verdictSeed, clock, rewritePercent = 30, failPercent = 0, failures = FAILURES } = options;
  const dice = createDice(options.timingSeed);
  const holding = { sessions: 0, verdicts: 0 };

  function verdictOn(prefix: string, draft: string): { text: string } | { failure: AlignerFailure } {
    const chance = hash(`${prefix}\u0000${draft}`, verdictSeed);
    const shape = chance >>> 12;
    if (chance % 100 < failPercent) return { failure: failures[shape % failures.length] ?? 'throw' };
    if (chance % 100 < failPercent + rewritePercent)
      return { text: rewriteOf(draft, shape, options.mayDelete ?? false) };
    return { text: draft };
  }

  async function correct(prefix: string, draft: string, signal: AbortSignal): Promise<Correction> {
    await pause(clock, dice, signal);
    const verdict = verdictOn(prefix, draft);
    if ('text' in verdict)
      return { text: verdict.text, by: 'decoding', usage: { promptTokens: 3, completionTokens: 2 } };
    switch (verdict.failure) {
      case 'throw':
        throw new Error('scripted aligner failure');
      case 'stall':
        await sleep(clock, Number.MAX_SAFE_INTEGER, signal);
        throw new Error('unreachable');
      case 'empty':
        return { text: '  \n', by: 'decoding' };
      case 'endless':
        return { text: 'again and '.repeat(draft.length + 100), by: 'decoding' };
      case 'breaks-fence':
        return { text: `${draft}\n\`\`\`\nopen`, by: 'decoding' };
    }
  }

  return {
    model: 'scripted-aligner',
    verdictOn,
    holding,
    async open({ signal }) {
      await pause(clock, dice, signal);
      return {
        ...heldSession(holding),
        async correct({ prefix, draft, signal: running }) {
          holding.verdicts += 1;
          try {
            return await correct(prefix, draft, running);
          } finally {
            holding.verdicts -= 1;
          }
        },
      };
    },
  };
}

function rewriteOf(draft: string, shape: number, mayDelete: boolean): string {
  // A code block stays in its fence and a table keeps its columns: a rewrite that does not is a failure, tested as such.
  if (/```|~~~|^\s*\|/.test(draft)) return draft.replace(/[aeiou]/, 'ø');
  switch (shape % (mayDelete ? 7 : 6)) {
    case 0:
      return 'Better.';
    case 1:
      return `  ${draft.toUpperCase()} \n`;
    case 2:
      return `${draft} And more. And yet more!`;
    case 3:
      return `First line.\n\nSecond line of ${draft.length}.`;
    case 4:
      return '更好。𝒳';
    case 5:
      return `${draft}\r\n- item`;
    default:
      return '';
  }
}
