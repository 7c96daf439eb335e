import { questionOf } from '@stream-aligner/core';
import { tupleOfTurns } from '../export/contract-text.ts';
import { readRow } from '../prompts/layouts.ts';
import type { Tuple } from '../tuple.ts';
import type { WholeAnswer } from './sentence-tuples.ts';

/** The layouts that `data import` reads. */
export const IMPORT_LAYOUTS = ['stream-aligner', 'aligner', 'preference', 'trl', 'messages'] as const;

export type ImportLayout = (typeof IMPORT_LAYOUTS)[number];

/** What a row holds: a tuple, a whole answer that is to be cut into some, or nothing, and why. */
export type ImportedRow = { tuple: Tuple } | { whole: WholeAnswer } | { fault: string };

type Fields = Readonly<Record<string, unknown>>;

/** A layout's fields, by which it is recognised, and how it is read. */
interface Layout {
  fields: readonly string[];
  read: (row: Fields) => ImportedRow;
}

const LAYOUTS: Readonly<Record<ImportLayout, Layout>> = {
  /** The published Stream Aligner data. */
  'stream-aligner': { fields: ['question', 'prefix', 'last', 'correction'], read: readPublished },
  /** Whole answers and their corrections, as Aligner is trained on. */
  aligner: { fields: ['question', 'answer', 'correction'], read: readWhole },
  /** Two answers, of which the rejected one is taken for a draft of the chosen one. */
  preference: { fields: ['chosen', 'rejected'], read: readPreference },
  /** Contract text as prompt–completion turns: what `data export --to trl` writes. */
  trl: {
    fields: ['prompt', 'completion'],
    read: ({ prompt, completion }) => readTurns(textOf(prompt), textOf(completion)),
  },
  /** Contract text as a conversation: what `data export --to messages` writes. */
  messages: {
    fields: ['messages'],
    read: ({ messages }) => {
      const [user, assistant] =
        Array.isArray(messages) && messages.length === 2 ? (messages as unknown[]) : [];
      return readTurns(textOf(user), textOf(assistant));
    },
  },
};

/** The layout of a row, by its fields, or null. */
export function layoutOf(row: unknown): ImportLayout | null {
  if (!isObject(row)) return null;
  return IMPORT_LAYOUTS.find((name) => LAYOUTS[name].fields.every((field) => row[field] != null)) ?? null;
}

/** The fields that rows of a layout have. */
export const fieldsOf = (layout: ImportLayout) => LAYOUTS[layout].fields;

/** Reads one row. Never throws: what is wrong with a row is said in words that quote nothing of it. */
export function readImported(row: unknown, layout: ImportLayout): ImportedRow {
  if (!isObject(row)) return { fault: 'the row is no object' };
  const missing = LAYOUTS[layout].fields.find((field) => row[field] == null);
  return missing === undefined ? LAYOUTS[layout].read(row) : { fault: `no field "${missing}"` };
}

function readPublished({ question, prefix, last, correction }: Fields): ImportedRow {
  // The published prefixes begin with the space that was put before each sentence.
  const texts = [question, prefix, last, correction].map(trimmed);
  return texts.every((text) => text !== null) ? tupleOf(texts) : { fault: 'a field is no text' };
}

function tupleOf([question = '', prefix = '', last = '', correction = '']: readonly string[]): ImportedRow {
  if (question === '') return { fault: 'empty question' };
  // The published pipeline goes on asking about answers that have ended.
  if (last === '') return { fault: 'empty draft' };
  return correction === ''
    ? { fault: 'empty correction' }
    : { tuple: { question, prefix, last, correction } };
}

function readWhole({ question, answer, correction }: Fields): ImportedRow {
  const whole = { question, answer, correction };
  return isWhole(whole) ? { whole } : { fault: 'a field is no text' };
}

function isWhole(whole: Record<keyof WholeAnswer, unknown>): whole is WholeAnswer {
  return [whole.question, whole.answer, whole.correction].every((text) => typeof text === 'string');
}

function readPreference(row: Fields): ImportedRow {
  const asked = readRow(row);
  if ('fault' in asked) return asked;
  const [answer, correction] = [answerIn(row['rejected']), answerIn(row['chosen'])];
  if (answer === null || correction === null) return { fault: 'an answer is no text' };
  return { whole: { question: questionOf(asked.messages), answer, correction } };
}

/** The answer in a field that holds it alone, as the last turn of a list, or as the last of HH-RLHF's written turns. */
function answerIn(field: unknown): string | null {
  const text = textOf(Array.isArray(field) ? field.at(-1) : field);
  const turn = '\n\nAssistant:';
  return text?.includes(turn) ? text.slice(text.lastIndexOf(turn) + turn.length) : text;
}

function readTurns(user: string | null, assistant: string | null): ImportedRow {
  const tuple = user === null || assistant === null ? null : tupleOfTurns({ user, assistant });
  if (tuple === null) return { fault: 'no turns in the text of the stream-aligner contract' };
  return tupleOf([tuple.question, tuple.prefix, tuple.last, tuple.correction]);
}

/** A text, or the content of one turn or of a list of one. */
function textOf(value: unknown): string | null {
  const turn: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const text = isObject(turn) ? turn['content'] : turn;
  return typeof text === 'string' ? text : null;
}

const trimmed = (value: unknown) => (typeof value === 'string' ? value.trim() : null);

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
