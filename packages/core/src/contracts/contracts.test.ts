import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import alignerContract from './aligner.json' with { type: 'json' };
import { renderAligner } from './aligner.ts';
import { cleanCorrection } from './clean.ts';
import escapeContract from './escape.json' with { type: 'json' };
import { escapeText, unescapeText } from './escape.ts';
import { questionOf } from './question.ts';
import contract from './stream-aligner.json' with { type: 'json' };
import { renderStreamAligner } from './stream-aligner.ts';

describe('contracts render their golden cases', () => {
  it.each(contract.golden)('stream-aligner: $draft', ({ rendered, ...values }) => {
    expect(renderStreamAligner(values)).toBe(rendered);
  });
  it.each(alignerContract.golden)('aligner: $answer', ({ rendered, ...values }) => {
    expect(renderAligner(values)).toBe(rendered);
  });
  it.each(escapeContract.golden)('escape: $text', ({ text, escaped }) => {
    expect(escapeText(text)).toBe(escaped);
  });
});

describe('escape', () => {
  const nasty = fc
    .array(
      fc.oneof(
        fc.constantFrom(...escapeContract.guarded, '\\', '#', '<', '|', '[', 'INST]', 's>'),
        fc.string(),
      ),
    )
    .map((parts) => parts.join(''));

  it('is undone exactly', () => {
    fc.assert(fc.property(nasty, (text) => unescapeText(escapeText(text)) === text));
  });

  it('leaves no guarded string', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const escaped = escapeText(text);
        return escapeContract.guarded.every((word) => !escaped.includes(word));
      }),
    );
  });
});

describe('cleanCorrection', () => {
  it.each([
    ['One.', 'One. Better.', 'Better.'],
    ['好。', '好。更好。', '更好。'],
    // What only begins like the answer so far is no repetition of it.
    ['N', 'No.', 'No.'],
    ['It is 1.', 'It is 1.5 metres.', 'It is 1.5 metres.'],
    ['', 'Better.', 'Better.'],
  ])('after %j reads %j as %j', (prefix, reply, text) => {
    expect(cleanCorrection({ reply, prefix, draft: 'A draft.' })).toBe(text);
  });
});

describe('questionOf', () => {
  it('is the text of a single user turn', () => {
    expect(
      questionOf([
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Why?' },
      ]),
    ).toBe('Why?');
  });
  it('names the speakers of a longer conversation, to its last turn', () => {
    expect(
      questionOf([
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Why?' },
            { type: 'image_url', image_url: {} },
          ],
        },
        { role: 'assistant', content: 'Because' },
      ]),
    ).toBe('User: Hi\nAssistant: Hello\nUser: Why?\nAssistant: Because');
  });
});
