import contract from './aligner.json' with { type: 'json' };
import { escapeText } from './escape.ts';
import { fillTemplate } from './template.ts';

/** The user turn that asks a whole-answer Aligner model to correct a finished answer. */
export function renderAligner(values: { question: string; answer: string }): string {
  return fillTemplate(contract.template, {
    question: escapeText(values.question),
    answer: escapeText(values.answer),
  });
}
