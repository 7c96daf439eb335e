import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { BROWSE_SCRIPT } from './browse-script.ts';
import type { Embedded } from './answers/embed.ts';
import { browseSection } from './browse-section.ts';

const embedded: Embedded = {
  runs: ['a pair', 'another'],
  methods: [
    { name: 'raw', label: 'raw' },
    { name: 'full', label: 'whole answer' },
  ],
  method: 'full',
  texts: [
    [[0, 'Raw <b>text</b>.']],
    [
      [0, 'It is '],
      [1, '3'],
      [2, '4'],
      [3, ' bye'],
    ],
  ],
  examples: Array.from({ length: 25 }, (_, index) => ({
    run: index % 2,
    task: 'sums',
    id: `id-${index}`,
    question: index === 7 ? 'Which <i>one</i>?' : 'Why?',
    strata: [],
    answers: { raw: ['raw', 0, 'right no'], full: [index < 5 ? 'worse' : 'better', 1, 'right yes'] },
  })),
  of: 40,
};

/** The page's script, run on the page's own markup. */
function browsed() {
  const { document, window } = parseHTML(`<body>${browseSection(embedded).text}</body>`);
  // oxlint-disable-next-line no-new-func
  new Function('document', BROWSE_SCRIPT)(document);
  const rows = () => [...document.querySelectorAll('#rows article')];
  const choose = (name: string, value: string) => {
    const control = document.querySelector(`[name="${name}"]`);
    // What a select holds follows from its options here.
    for (const option of control?.querySelectorAll('option') ?? [])
      option.toggleAttribute('selected', option.getAttribute('value') === value);
    if (control?.localName === 'input') control.setAttribute('value', value);
    document.querySelector('#filters')?.dispatchEvent(new window.Event('input'));
  };
  return { document, rows, choose, found: () => document.querySelector('#found')?.textContent };
}

it('shows answers with what was changed, twenty at a time, as text', () => {
  const { document, rows, found } = browsed();
  expect(found()).toBe('25 found; page 1 of 2.');
  expect(rows()).toHaveLength(20);
  const [raw, aligned] = document.querySelectorAll('#rows article .answer');
  expect(raw?.textContent).toBe('Raw <b>text</b>.');
  expect(raw?.querySelector('b')).toBeNull();
  expect(aligned?.innerHTML).toBe('It is <del>3</del><ins>4</ins><span class="free"> bye</span>');
});

it('filters and searches', () => {
  const { rows, choose, found } = browsed();
  choose('against raw', 'worse');
  expect(rows()).toHaveLength(5);
  choose('models', '1');
  expect(rows()).toHaveLength(2);
  choose('against raw', '');
  choose('search', '<i>ONE');
  expect(rows()).toHaveLength(1);
  choose('search', 'nothing like it');
  expect([rows().length, found()]).toEqual([0, 'None matches.']);
});
