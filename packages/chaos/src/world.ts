import { hash } from '@stream-aligner/testkit';
import { isBlock, rewriteOf, unitText } from './units.ts';

/** Why the scripted upstream ends. */
export type EndReason = 'stop' | 'length' | 'content_filter';

/** What decides both models' words. */
export interface WorldSpec {
  seed: number;
  /** Sentences of an answer. */
  units: number;
  /** Share of sentences that the aligner rewrites, in percent. */
  rewritePercent: number;
  reason: EndReason;
  /** What the answer ends with. */
  tail: string;
}

/**
 * Both models as functions of text. Every sentence carries a tag such as `Q07b`: its number, and a letter that depends
 * on what became of the sentences before it, so that a correction steers the rest. An accepted correction raises the
 * letter. So any beginning of any answer says by itself how it goes on.
 */
export interface World {
  /** What the upstream writes after a prefix; undefined for a prefix that no run of these models can have. */
  continueFrom(prefix: string): string | undefined;
  /** The aligner's sentence for a draft: the draft itself for a keep. */
  correct(draft: string): string;
  readonly reason: EndReason;
}

const TAG = /Q(\d\d)([a-zA-Z])/g;

/** Letters from this one on stand for sentences that begin a line. */
const FIRST_PARAGRAPH_LETTER = 'n';

/** The tags of a text, in order. A capital letter marks a rewrite. */
export function tagsOf(text: string): string[] {
  return text.match(TAG) ?? [];
}

interface State {
  index: number;
  letter: string;
}

export function createWorld({ seed, units, rewritePercent, reason, tail }: WorldSpec): World {
  const specOf = ({ index, letter }: State) => ({
    tag: `Q${`${index}`.padStart(2, '0')}${letter}`,
    chance: hash(`unit ${index} ${letter}`, seed),
    inline: letter < FIRST_PARAGRAPH_LETTER,
  });
  const textOf = (state: State) => {
    const text = unitText(specOf(state), state.index === 0);
    const isCut = reason === 'length' && state.index === units - 1;
    return isCut ? [...text].slice(0, -3).join('').trimEnd() : text;
  };
  const correctionOf = (draft: string, state: State) => {
    const isRewritten = hash(`verdict ${state.index} ${state.letter}`, seed) % 100 < rewritePercent;
    return isRewritten ? rewriteOf(draft, specOf(state)) : draft;
  };
  const after = (state: State, rewritten: boolean): State => {
    const letters = isBlock(specOf(state)) ? 'nopqrstuvwxyz' : 'abcdefghijklmnopqrstuvwxyz';
    const chance = hash(`${state.letter} ${rewritten}`, seed + state.index);
    return { index: state.index + 1, letter: letters.charAt(chance % letters.length) };
  };
  const bothForms = (state: State) => {
    const text = textOf(state);
    const draft = text.trimStart();
    const lead = text.slice(0, text.length - draft.length);
    return [
      { text, rewritten: false },
      { text: lead + rewriteOf(draft, specOf(state)), rewritten: true },
    ];
  };
  function from(state: State): string {
    let text = '';
    let at = state;
    for (; at.index < units; at = after(at, false)) text += textOf(at);
    return text + tail;
  }

  return {
    reason,
    continueFrom(prefix) {
      let at: State = { index: 0, letter: 'a' };
      for (let rest = prefix; ;) {
        const whole = from(at);
        if (whole.startsWith(rest)) return whole.slice(rest.length);
        if (at.index >= units) return undefined;
        const accepted = bothForms(at).find((form) => rest.startsWith(form.text));
        if (!accepted) return undefined;
        rest = rest.slice(accepted.text.length);
        at = after(at, accepted.rewritten);
      }
    },
    correct(draft) {
      const [tag] = [...draft.matchAll(TAG)];
      const [, number = '', letter = ''] = tag ?? [];
      return tag ? correctionOf(draft, { index: Number(number), letter }) : draft;
    },
  };
}
