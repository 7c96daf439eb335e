import { type ChatMessage, escapeText, textOf, unescapeText } from '@stream-aligner/core';
import type { AlignerScript } from './script.ts';

const SECTIONS =
  /^##Question: ([\s\S]*?)( \| |\n)##Answer_Prefix: ([\s\S]*?)\2##Answer_Last_Sentence: ([\s\S]*?)\2##Your_Revision: $/;

/** What a contract's prompt asks for. */
export interface AlignerPrompt {
  question: string;
  prefix: string;
  draft: string;
  contract: 'stream-aligner' | 'instruct';
}

/** Reads a conversation as a contract's prompt; undefined when it is anything else. */
export function readAlignerPrompt(messages: readonly ChatMessage[]): AlignerPrompt | undefined {
  const last = messages.at(-1);
  const match = last?.role === 'user' ? SECTIONS.exec(textOf(last)) : null;
  if (!match) return undefined;
  const [, question = '', separator, prefix = '', draft = ''] = match;
  return {
    question: unescapeText(question),
    prefix: unescapeText(prefix),
    draft: unescapeText(draft),
    contract: separator === ' | ' ? 'stream-aligner' : 'instruct',
  };
}

/** The scripted aligner's reply when the conversation is a contract's prompt; undefined when it is anything else. */
export function alignerReply(messages: readonly ChatMessage[], script: AlignerScript): string | undefined {
  const asked = readAlignerPrompt(messages);
  if (!asked) return undefined;
  const { contract, ...values } = asked;
  const text = script(values) ?? values.draft;
  if (contract === 'stream-aligner') return escapeText(text);
  return text === values.draft ? 'KEEP' : `<rewrite>${escapeText(text)}</rewrite>`;
}
