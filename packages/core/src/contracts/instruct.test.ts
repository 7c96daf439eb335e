import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanCorrection } from './clean.ts';
import escapeContract from './escape.json' with { type: 'json' };
import { escapeText } from './escape.ts';
import { fitToWindow } from './fit.ts';
import contract from './instruct.json' with { type: 'json' };
import { DEFAULT_POLICY, parseInstruct, renderInstruct } from './instruct.ts';

const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(...escapeContract.guarded, 'KEEP', '\\', '<', 'rewrite>', '\n', ' '),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(''));

describe('instruct', () => {
  it.each(contract.golden.render)('renders $draft', ({ system, user, ...values }) => {
    expect(renderInstruct(values)).toEqual({ system, user });
  });
  it.each(contract.golden.parse)('parses $reply', ({ reply, draft, text }) => {
    expect(parseInstruct({ reply, draft })).toBe(text ?? undefined);
  });
  it('states the default policy', () => {
    expect(renderInstruct({ question: '', prefix: '', draft: '' }).system).toContain(DEFAULT_POLICY);
  });
  it('gives back any rewrite that was framed and escaped', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const reply = contract.open + escapeText(text) + contract.close;
        return parseInstruct({ reply, draft: 'x' }) === text.trim();
      }),
    );
  });
  it('shows no text of users or models as a frame: a copied draft is never a rewrite', () => {
    fc.assert(
      fc.property(nasty, (draft) => {
        const { user } = renderInstruct({ question: draft, prefix: draft, draft });
        const verdict = parseInstruct({ reply: escapeText(draft), draft });
        return (
          !user.includes(contract.open) &&
          !user.includes(contract.close) &&
          (verdict === undefined || verdict === draft)
        );
      }),
    );
  });
});

describe('cleanCorrection', () => {
  const values = { prefix: 'One. Two.', draft: 'Three is it.' };
  it.each([
    ['a copy', 'Three is it.', 'Three is it.'],
    ['space around', ' Three is it.\n', 'Three is it.'],
    ['a rewrite', 'Four is it.', 'Four is it.'],
    ['a label', '##Your_Revision: Four.', 'Four.'],
    ['a label and a copy', ' ##Your_Revision: Three is it.', 'Three is it.'],
    ['running on', 'Four. | ##Question: What?', 'Four.'],
    ['a special token', 'Four.<|im_end|>\n<|im_start|>user', 'Four.'],
    ['an end token', 'Three is it.</s>', 'Three is it.'],
    ['an echoed prefix', 'One. Two. Four.', 'Four.'],
    ['an echoed prefix and a copy', 'One. Two. Three is it.', 'Three is it.'],
    ['an escape', 'Four <\\|x|>.', 'Four <|x|>.'],
    ['nothing', ' \n', ''],
    ['only template', '##Question: x', ''],
  ])('%s', (_name, reply, text) => {
    expect(cleanCorrection({ reply, ...values })).toBe(text);
  });
  it('does not take a draft for an echo of the prefix', () => {
    expect(cleanCorrection({ reply: 'Ha. Ho.', prefix: 'Ha.', draft: 'Ha. Hu.' })).toBe('Ha. Ho.');
  });
  it('keeps exactly, whatever the draft holds', () => {
    fc.assert(
      fc.property(
        nasty,
        nasty,
        (prefix, draft) => cleanCorrection({ reply: escapeText(draft), prefix, draft }) === draft,
      ),
    );
  });
});

describe('fitToWindow', () => {
  const within = (limit: number) => (values: { question: string; prefix: string; draft: string }) =>
    values.question.length + values.prefix.length + values.draft.length <= limit;
  const values = { question: 'Long. Why so?', prefix: 'One. Two. Three.', draft: 'Four.' };

  it('leaves alone what fits', () => {
    expect(fitToWindow({ ...values, fits: within(34) })).toEqual({
      question: values.question,
      prefix: values.prefix,
      draft: 'Four.',
    });
  });
  it('cuts the prefix at a segment boundary first', () => {
    expect(fitToWindow({ ...values, fits: within(33) })).toMatchObject({
      prefix: 'Two. Three.',
      cut: { prefix: 5, question: 0 },
    });
    expect(fitToWindow({ ...values, fits: within(20) })).toMatchObject({
      prefix: '',
      question: values.question,
      cut: { prefix: 16, question: 0 },
    });
  });
  it('then the question, keeping what was asked last', () => {
    expect(fitToWindow({ ...values, fits: within(14) })).toMatchObject({
      prefix: '',
      question: 'Why so?',
      cut: { prefix: 16, question: 6 },
    });
    expect(fitToWindow({ ...values, fits: within(8) })).toMatchObject({ question: 'so?' });
    expect(fitToWindow({ ...values, fits: within(5) })).toMatchObject({ question: '' });
  });
  it('never cuts the draft', () => {
    expect(fitToWindow({ ...values, fits: within(4) })).toBeUndefined();
  });
  it('always fits, and keeps ends of what it was given', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(text, text, fc.nat(120), (question, prefix, limit) => {
        const fits = within(limit);
        const fitted = fitToWindow({ question, prefix, draft: 'd', fits });
        if (!fitted) return limit < 1;
        return fits(fitted) && question.endsWith(fitted.question) && prefix.endsWith(fitted.prefix);
      }),
    );
  });
});
