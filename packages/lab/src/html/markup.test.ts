import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { showHidden } from './escape-html.ts';
import { markup, trusted } from './markup.ts';

describe('markup', () => {
  it('takes any text as text, in elements and in attributes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const { document } = parseHTML(markup`<body><p title="${text}">${text}</p></body>`.text);
        expect(document.querySelectorAll('*').length).toBe(
          document.querySelectorAll('html, head, body, p').length,
        );
        const p = document.querySelector('p');
        expect(p?.getAttribute('title')).toBe(showHidden(text));
        expect(p?.textContent).toBe(showHidden(text));
      }),
    );
  });

  it('shows what would hide or turn text', () => {
    expect(markup`${'a\u202Eb\u0000c\uD800d\n'}`.text).toBe('a[U+202E]b[U+0000]c[U+D800]d\n');
  });

  it('joins lists and markup, and leaves out what is nothing', () => {
    expect(markup`${['<', markup`<b>${1}</b>`]}${null}${undefined}${false}${trusted('<hr>')}`.text).toBe(
      '&lt;<b>1</b><hr>',
    );
  });
});
