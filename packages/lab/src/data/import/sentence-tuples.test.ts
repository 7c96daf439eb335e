import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKeep, type Tuple } from '../tuple.ts';
import { alignSentences } from './align-sentences.ts';
import { sentenceTuples, type WholeAnswer } from './sentence-tuples.ts';
import { featuresOf, similarity } from './similarity.ts';

function tuplesOf(answer: string, correction: string, leastSimilarity = 0): Tuple[] {
  const cut = sentenceTuples({ question: 'Q?', answer, correction }, { leastSimilarity });
  if ('unaligned' in cut) throw new Error(cut.unaligned);
  return cut.tuples;
}

const pairs = (answer: string, correction: string) =>
  tuplesOf(answer, correction).map(({ last, correction }) => [last, correction]);

/** Walks the rounds as a server would; gives the answer that comes of it. */
function walk(tuples: readonly Tuple[]): string {
  let text = '';
  for (const [i, { prefix, correction }] of tuples.entries()) {
    if (i > 0) expect(prefix.replace(/\s+/g, '')).toBe(text.replace(/\s+/g, ''));
    expect(prefix).toBe(prefix.trimEnd());
    text = `${prefix} ${correction}`;
  }
  return text.trim();
}

const KEPT = 'The sky is blue.';
const OTHER = 'Grass grows in spring.';
const INSULT = 'You fool should know that.';

describe('sentence tuples', () => {
  it('keeps what stayed and rewrites what changed', () => {
    expect(pairs(`${KEPT} Cats are dogs. ${OTHER}`, `${KEPT} Cats are animals. ${OTHER}`)).toEqual([
      [KEPT, KEPT],
      ['Cats are dogs.', 'Cats are animals.'],
      [OTHER, OTHER],
    ]);
  });

  it('keeps prose that was only wrapped anew, and rewrites code that was', () => {
    expect(pairs('The sky\nis blue.', KEPT)).toEqual([[KEPT, KEPT]]);
    const code = (space: string) => `\`\`\`py\nif a:\n${space}b\n\`\`\``;
    expect(pairs(code(' '), code('  '))).toEqual([[code(' '), code('  ')]]);
  });

  it('gives prefixes of the corrected text, its line breaks included', () => {
    const tuples = tuplesOf(
      `# Cats\n\nCats are dogs.\n\n- ${OTHER}`,
      `# Cats\n\nCats are cats.\n\n- ${OTHER}`,
    );
    expect(tuples.map(({ prefix }) => prefix)).toEqual(['', '# Cats', '# Cats\n\nCats are cats.']);
  });

  it('gives an added sentence to the one before, or to a neighbour that is a rewrite anyway', () => {
    const added = 'Ask a doctor.';
    expect(pairs(`${KEPT} ${OTHER}`, `${KEPT} ${added} ${OTHER}`)).toEqual([
      [KEPT, `${KEPT} ${added}`],
      [OTHER, OTHER],
    ]);
    expect(pairs(`${KEPT} Cats are dogs.`, `${KEPT} ${added} Cats are animals.`)).toEqual([
      [KEPT, KEPT],
      ['Cats are dogs.', `${added} Cats are animals.`],
    ]);
    expect(pairs(KEPT, `${added} ${KEPT}`)).toEqual([[KEPT, `${added} ${KEPT}`]]);
  });

  it('gives a sentence that was struck out what follows it, and nothing at the end', () => {
    expect(pairs(`${KEPT} ${INSULT} ${OTHER} ${INSULT}`, `${KEPT} ${OTHER}`)).toEqual([
      [KEPT, KEPT],
      [INSULT, OTHER],
    ]);
  });

  it('pairs the sentences of a stretch that was replaced in order', () => {
    expect(pairs(`${INSULT} Go away now. ${KEPT}`, `Welcome, friend! ${KEPT}`)).toEqual([
      [INSULT, 'Welcome, friend!'],
      [KEPT, KEPT],
    ]);
    expect(pairs(`${INSULT} ${KEPT}`, `Welcome, friend! How can I help? ${KEPT}`)).toEqual([
      [INSULT, 'Welcome, friend! How can I help?'],
      [KEPT, KEPT],
    ]);
  });

  it('aligns text without spaces', () => {
    expect(pairs('你好。天空是红色的。再见。', '你好。天空是蓝色的。再见。')).toEqual([
      ['你好。', '你好。'],
      ['天空是红色的。', '天空是蓝色的。'],
      ['再见。', '再见。'],
    ]);
  });

  it.each([
    ['empty', { question: ' ', answer: KEPT, correction: KEPT }],
    ['empty', { question: 'Q', answer: '', correction: KEPT }],
    ['empty', { question: 'Q', answer: KEPT, correction: ' \n' }],
    ['control characters', { question: 'Q', answer: KEPT, correction: `${KEPT} \uFFFD` }],
    ['too different', { question: 'Q', answer: INSULT, correction: OTHER }],
    [
      'a rewrite that is refused when serving',
      { question: 'Q', answer: `${KEPT} ${OTHER}`, correction: `${KEPT} ${OTHER}\n\n\`\`\`js\nlet a;\n` },
    ],
  ])('sets aside what is %s', (unaligned, whole: WholeAnswer) => {
    expect(sentenceTuples(whole)).toEqual({ unaligned });
  });

  it('sets aside what is too long to compare', () => {
    const sentences = (word: string) =>
      Array.from({ length: 1_100 }, (_, i) => `The ${word} is ${i}.`).join(' ');
    const whole = { question: 'Q', answer: sentences('cat'), correction: sentences('dog') };
    expect(sentenceTuples(whole)).toEqual({ unaligned: 'too many sentences' });
  });

  const word = fc.constantFrom('cat', 'dog', 'sees', 'the', 'red', 'house', 'never', 'runs', '12', 'é', '她');
  const sentence = fc
    .tuple(fc.array(word, { minLength: 1, maxLength: 6 }), fc.constantFrom('.', '!', '?'))
    .map(([words, end]) => `Then ${words.join(' ')}${end}`);
  const gap = fc.constantFrom(' ', '\n', '\n\n', '\n- ', '\n\n1. ');
  const text = fc
    .array(fc.tuple(gap, sentence), { minLength: 1, maxLength: 12 })
    .map((all) => all.map(([before, words]) => before + words).join(''));
  /** Strikes out, adds, changes and swaps sentences at random. */
  const edits = fc.array(fc.tuple(fc.constantFrom('cut', 'add', 'change', 'leave'), sentence, gap), {
    maxLength: 12,
  });

  function edited(draft: string, changes: readonly (readonly [string, string, string])[]): string {
    return draft
      .split(/(?<=[.!?])(?=\s)/)
      .map((piece, i) => {
        const [what, words, before] = changes[i] ?? ['leave', '', ''];
        if (what === 'cut') return '';
        if (what === 'add') return `${piece}${before}${words}`;
        return what === 'change' ? piece.replace(/\w+/, words) : piece;
      })
      .join('');
  }

  it('makes the corrected answer again when walked, whatever was edited, and keeps only what is equal', () => {
    fc.assert(
      fc.property(text, edits, (answer, changes) => {
        const correction = edited(answer, changes);
        const cut = sentenceTuples({ question: 'Q', answer, correction }, { leastSimilarity: 0 });
        if ('unaligned' in cut) {
          expect(['empty', 'a rewrite that is refused when serving']).toContain(cut.unaligned);
          return;
        }
        expect(walk(cut.tuples).replace(/\s+/g, '')).toBe(correction.replace(/\s+/g, ''));
        for (const tuple of cut.tuples) {
          expect(answer.replace(/\s+/g, ' ')).toContain(tuple.last.replace(/\s+/g, ' '));
          expect(tuple.last).not.toBe('');
          expect(correction).toContain(tuple.correction);
          expect(isKeep(tuple)).toBe(tuple.last === tuple.correction);
        }
        if (answer.trim() === correction.trim()) expect(cut.tuples.every(isKeep)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('aligning sentences', () => {
  const sentences = fc.array(fc.constantFrom('a b c', 'a b d', 'x y z', 'x q z', 'k', 'a b c d e'), {
    maxLength: 8,
  });

  it('matches in the order of both, and no way of matching does better', () => {
    /** The best there is, by trying all. */
    function best(drafts: readonly string[], corrections: readonly string[]): number {
      const [draft, ...others] = drafts;
      if (draft === undefined) return 0;
      let most = best(others, corrections);
      for (const [j, correction] of corrections.entries()) {
        const alike = similarity(featuresOf(draft), featuresOf(correction));
        if (alike >= 0.25) most = Math.max(most, alike ** 2 + best(others, corrections.slice(j + 1)));
      }
      return most;
    }
    fc.assert(
      fc.property(sentences, sentences, (drafts, corrections) => {
        const matches = alignSentences(drafts, corrections) ?? [];
        let gain = 0;
        for (const [i, { draft, correction }] of matches.entries()) {
          const before = matches[i - 1];
          if (before) expect(draft > before.draft && correction > before.correction).toBe(true);
          gain += similarity(featuresOf(drafts[draft] ?? ''), featuresOf(corrections[correction] ?? '')) ** 2;
        }
        expect(gain).toBeCloseTo(best(drafts, corrections), 9);
      }),
      { numRuns: 200 },
    );
  });
});

const data = fileURLToPath(new URL('../../../../../../shared/data/aligner/', import.meta.url));
const here = existsSync(data);
if (!here)
  process.stdout.write(`Skipped: no Aligner data at ../shared/data/aligner beside the repository.\n`);

describe.runIf(here)('500 corrections by Aligner-2B', () => {
  const readAll = () =>
    ['claude-3-opus-20240229', 'gpt-4-turbo-2024-04-09'].flatMap((upstream) =>
      readFileSync(`${data}alpaca_eval__aligner-2b_${upstream}.jsonl`, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as WholeAnswer),
    );

  it('are made again wherever they are taken; most of them are new answers and are not', () => {
    const whole = readAll();
    const taken = whole.flatMap((row) => {
      const cut = sentenceTuples(row);
      return 'unaligned' in cut ? [] : [{ row, tuples: cut.tuples }];
    });
    for (const { row, tuples } of taken)
      expect(walk(tuples).replace(/\s+/g, '')).toBe(row.correction.replace(/\s+/g, ''));
    expect(taken.length / whole.length).toBeGreaterThan(0.2);
  });
});
