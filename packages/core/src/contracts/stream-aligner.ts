import { escapeText } from './escape.ts';
import contract from './stream-aligner.json' with { type: 'json' };
import { fillTemplate } from './template.ts';

/**
 * The user turn that asks a Stream Aligner model for one correction. The reply is the correction, escaped as the draft
 * was: it is a keep exactly when it equals `escapeText(draft)`.
 */
export function renderStreamAligner(values: { question: string; prefix: string; draft: string }): string {
  return fillTemplate(contract.template, {
    question: escapeText(values.question),
    prefix: escapeText(values.prefix),
    draft: escapeText(values.draft),
  });
}
