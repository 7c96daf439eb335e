import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Segment } from './segment.ts';
import { createSegmenter, segmentText } from './segmenter.ts';

/** Pieces of which answers are made, and what breaks careless segmenters. */
const soup = fc.constantFrom(
  ...[
    'The end. ',
    'Mr. Smith',
    ' e.g. ',
    '3.14',
    '...',
    ' . . . ',
    '? ',
    '!',
    '"',
    '“',
    '”',
    '(',
    ')',
    '«',
    '»',
    '[1]',
  ],
  ...[
    '\n',
    '\n\n',
    '\r\n',
    '\r',
    '  ',
    '\t',
    '\u00a0',
    '\u2028',
    '# ',
    '- ',
    '1. ',
    'a) ',
    '• ',
    '> ',
    '>\n',
    '| a | b |\n',
  ],
  ...[
    '```',
    '```js\n',
    '\n```\n',
    '~~~\n',
    '````',
    '---\n',
    '===',
    '**',
    '*',
    '_',
    '`',
    '$',
    '$$',
    '$5',
    '\\[',
    '\\]',
    '\\(',
  ],
  ...[
    '\\)',
    '\\begin{align}',
    '\\end{align}',
    '\\\\',
    '。',
    '！',
    '「',
    '」',
    'と',
    '，',
    '今天',
    'अ।',
    '؟',
    '։',
    'ա:',
    'τι;',
  ],
  ...[
    '😊',
    '👩‍💻',
    '🇫🇷',
    '\ud83d',
    '\ude0a',
    '𠀀',
    'e\u0301',
    'https://a.b/c?d=e.f',
    'a@b.co',
    'U.S. ',
    'Node.js',
    'x',
    'A',
    '7. ',
  ],
);
const texts = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: soup },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
    ),
    {
      maxLength: 60,
    },
  )
  .map((pieces) => pieces.join(''));
const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });

function inPieces(text: string, sizes: readonly number[], maxLength?: number): Segment[] {
  const segmenter = createSegmenter(maxLength === undefined ? {} : { maxLength });
  const segments: Segment[] = [];
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    segments.push(...segmenter.push(text.slice(at, at + size)));
    at += size;
  }
  return [...segments, ...segmenter.flush()];
}

function joined(segments: readonly Segment[]): string {
  return segments.map((segment) => segment.text).join('');
}

describe('law 1: nothing lost in cutting', () => {
  it('gives the input back, and the same segments for every chunking', () => {
    fc.assert(
      fc.property(texts, lengths, (text, sizes) => {
        const whole = segmentText(text);
        expect(joined(whole)).toBe(text);
        expect(inPieces(text, [1])).toEqual(whole);
        expect(inPieces(text, sizes)).toEqual(whole);
      }),
      { numRuns: 2000 },
    );
  });

  it('holds at every bound on held text', () => {
    fc.assert(
      fc.property(texts, lengths, fc.integer({ min: 2, max: 40 }), (text, sizes, maxLength) => {
        const whole = segmentText(text, { maxLength });
        expect(joined(whole)).toBe(text);
        expect(inPieces(text, sizes, maxLength)).toEqual(whole);
        for (const segment of whole) expect(segment.text.length).toBeLessThanOrEqual(maxLength);
      }),
      { numRuns: 1000 },
    );
  });

  it('never parts a surrogate pair', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 12 }), (text, maxLength) => {
        for (const segments of [segmentText(text), segmentText(text, { maxLength })]) {
          let at = 0;
          for (const segment of segments.slice(0, -1)) {
            at += segment.text.length;
            const pair =
              /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at));
            expect(pair).toBe(false);
          }
        }
      }),
    );
  });

  it('puts whitespace before the segment that follows it, and alone only at the end', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const segments = segmentText(text);
        for (const [index, segment] of segments.entries()) {
          expect(segment.text).not.toBe('');
          const alone = segment.text.trim() === '';
          if (alone) expect(index).toBe(segments.length - 1);
          else expect(segment.text).toBe(segment.text.trimEnd());
        }
      }),
    );
  });

  it('is as new after a flush', () => {
    const segmenter = createSegmenter();
    segmenter.push('```\nopen');
    segmenter.flush();
    const segments = [...segmenter.push('One. Two.'), ...segmenter.flush()];
    expect(segments).toEqual(segmentText('One. Two.'));
    expect(segmenter.flush()).toEqual([]);
  });
});

describe('going on after an accepted prefix', () => {
  it('cuts the rest as the whole text would have been cut', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const whole = segmentText(text);
        let prefix = '';
        for (const [index, segment] of whole.entries()) {
          prefix += segment.text;
          const rest = segmentText(text.slice(prefix.length), { after: prefix });
          expect(rest).toEqual(whole.slice(index + 1));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('knows that it is inside a list item, and inside a fence', () => {
    expect(segmentText(' - 2 is left. Two.', { after: '- Three' }).map(({ kind }) => kind)).toEqual([
      'list-item',
      'list-item',
    ]);
    expect(segmentText('\nb\n```\nText.', { after: '```\na' })).toEqual([
      { text: '\nb\n```', kind: 'code' },
      { text: '\nText.', kind: 'prose' },
    ]);
    expect(segmentText('\nText.', { after: '```\na\n```' })).toEqual([{ text: '\nText.', kind: 'prose' }]);
  });
});

describe('deciding early', () => {
  function delayOf(text: string): number {
    const segmenter = createSegmenter();
    for (let at = 0; at < text.length; at++) {
      const first = segmenter.push(text.charAt(at))[0];
      if (first) return at + 1 - first.text.length;
    }
    return Number.POSITIVE_INFINITY;
  }

  it.each([
    ['It is done. Then we left.', 2],
    ['Is it done? Then we left.', 2],
    ['完成了。然后我们离开。', 1],
    ['# Title\nText', 1],
    ['A paragraph without a stop\n\nNext', 2],
    ['```\ncode\n```\nText', 1],
    ['- one\n- two', 3],
  ])('%j is decided %i code units after the segment', (text, delay) => {
    expect(delayOf(text)).toBe(delay);
  });
});
