import { type ChatMessage, escapeText, textOf, unescapeText } from '@stream-aligner/core';
import type { AlignerScript } from './script.ts';

const SECTIONS =
  /^##Question: ([\s\S]*?)( \| |\n)##Answer_Prefix: ([\s\S]*?)\2##Answer_Last_Sentence: ([\s\S]*?)\2##Your_Revision: $/;

/** The scripted aligner's reply when the conversation is a contract's prompt; undefined when it is anything else. */
export function alignerReply(messages: readonly ChatMessage[], script: AlignerScript): string | undefined {
  const last = messages.at(-1);
  const match = last?.role === 'user' ? SECTIONS.exec(textOf(last)) : null;
  if (!match) return undefined;
  const [, question = '', separator, prefix = '', draft = ''] = match;
  const values = {
    question: unescapeText(question),
    prefix: unescapeText(prefix),
    draft: unescapeText(draft),
  };
  const text = script(values) ?? values.draft;
  if (separator === ' | ') return escapeText(text);
  return text === values.draft ? 'KEEP' : `<rewrite>${escapeText(text)}</rewrite>`;
}
