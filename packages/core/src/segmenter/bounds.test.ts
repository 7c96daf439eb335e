import { describe, expect, it } from 'vitest';
import { HeldText } from './held-text.ts';
import { Scanner } from './scanner.ts';
import { createSegmenter, segmentText } from './segmenter.ts';

describe('the bound on held text', () => {
  it('cuts a long fence at its last line break and goes on as code', () => {
    const fence = `\`\`\`js\n${'let a = 1;\n'.repeat(30)}\`\`\``;
    const segments = segmentText(`${fence}\n\nDone.`, { maxLength: 100 });
    const code = segments.slice(0, -1);
    expect(code.every((segment) => segment.kind === 'code')).toBe(true);
    expect(code.map((segment) => segment.partial === true)).toEqual(
      code.map((_, at) => at < code.length - 1),
    );
    expect(code.slice(1).every((segment) => segment.text.startsWith('\n'))).toBe(true);
    expect(segments.at(-1)).toEqual({ text: '\n\nDone.', kind: 'prose' });
  });

  it('cuts a monster sentence at whitespace, and a monster word between characters', () => {
    const [first] = segmentText('many words '.repeat(20), { maxLength: 50 });
    expect(first).toEqual({
      text: 'many words many words many words many words many',
      kind: 'prose',
      partial: true,
    });
    const emoji = segmentText('😀'.repeat(20), { maxLength: 15 });
    expect(emoji[0]).toEqual({ text: '😀'.repeat(7), kind: 'prose', partial: true });
  });

  it('goes on with the kind of a list item cut at the bound, and not beyond it', () => {
    const segments = segmentText(`- ${'word '.repeat(30)}end\n\nNext.`, { maxLength: 60 });
    expect(segments.slice(0, -1).every((segment) => segment.kind === 'list-item')).toBe(true);
    expect(segments.at(-1)?.kind).toBe('prose');
  });

  it.each(['x', ' ', '"(', '. ', '$ ', '`', '\n', '| ', '\\begin{a}', '「。'])(
    'never holds more of %j',
    (piece) => {
      const maxLength = 200;
      const segmenter = createSegmenter({ maxLength });
      let held = 0;
      for (const char of piece.repeat(2000)) {
        held += char.length;
        for (const segment of segmenter.push(char)) held -= segment.text.length;
        expect(held).toBeLessThanOrEqual(maxLength);
      }
    },
  );

  it.each([0, 1, -5, 2.5, Number.NaN])('refuses a bound of %d', (maxLength) => {
    expect(() => createSegmenter({ maxLength })).toThrow(/maxLength/);
  });
});

/** Counts how often a rule looks at the text. */
class CountedText extends HeldText {
  reads = 0;
  override unit(position: number): number {
    this.reads++;
    return super.unit(position);
  }
}

describe('linear work, one code unit at a time', () => {
  const pieces = [
    'plain words and more ',
    'It is 3. In p. 5 of U.S. A. b',
    '. ',
    '. . . ',
    '! ',
    '"a. ',
    '(',
    '`',
    '$x. ',
    '-',
  ];
  it.each([...pieces, '\n', 'a\n', '- \n', '\\begin{', '「。」', '😀! ', '[1', '# ', '> ', '\\', '***'])(
    '%j',
    (piece) => {
      const length = 20_000;
      const held = new CountedText(4096);
      const scanner = new Scanner(held);
      const text = piece.repeat(length / piece.length);
      for (let at = 0; at < text.length; at++) {
        held.append(text.charAt(at));
        scanner.run();
      }
      expect(held.reads / text.length).toBeLessThan(60);
    },
  );
});
