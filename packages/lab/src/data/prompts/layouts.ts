import type { ChatMessage } from '@stream-aligner/core';

/** The conversation that a row asks to have answered, or why there is none in it. */
export type ReadRow = { messages: ChatMessage[] } | { fault: string };

type Fields = ReadonlyMap<string, unknown>;

const ROLES: Readonly<Record<string, ChatMessage['role']>> = {
  system: 'system',
  developer: 'developer',
  user: 'user',
  human: 'user',
  prompter: 'user',
  assistant: 'assistant',
  gpt: 'assistant',
  chatgpt: 'assistant',
  bot: 'assistant',
};

/** The fields that hold a prompt, in the order in which they count. */
const LAYOUTS: readonly [field: string, read: (value: unknown, fields: Fields) => ReadRow][] = [
  ['messages', readTurns],
  ['conversations', readTurns],
  ['conversation', readTurns],
  ['prompt', readText],
  ['question', readText],
  ['instruction', readInstruction],
  ['query', readText],
  ['text', readText],
  ['behavior', readText],
  ['goal', readText],
  ['chosen', readDialogue],
];

/**
 * Reads a row of one of the common layouts: `messages` (OpenAI, TRL), `conversations` (ShareGPT), `prompt`, `question`,
 * `instruction` with an optional `input` (Alpaca), `query`, `text`, `Behavior` and `goal` (HarmBench, AdvBench), or
 * `chosen` (the dialogues of HH-RLHF). Names count in any case. Answers that the row holds at the end of its conversation
 * are left out: they are to be written anew.
 *
 * @param field The field that holds the prompt, where it is another.
 */
export function readRow(row: unknown, field?: string): ReadRow {
  if (typeof row === 'string') return readText(row);
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    return { fault: 'the row is no JSON object' };
  const fields: Fields = new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));
  if (field !== undefined) {
    const value = fields.get(field.toLowerCase());
    return value === undefined ? { fault: `the row has no field "${field}"` } : readText(value);
  }
  for (const [name, read] of LAYOUTS) {
    const value = fields.get(name);
    if (value !== undefined && value !== null) return read(value, fields);
  }
  return { fault: `the row has none of the fields ${LAYOUTS.map(([name]) => name).join(', ')}` };
}

function readText(value: unknown): ReadRow {
  if (Array.isArray(value)) return readTurns(value);
  if (typeof value !== 'string') return { fault: 'the prompt is no text' };
  const content = value.trim();
  return content === '' ? { fault: 'the prompt is empty' } : { messages: [{ role: 'user', content }] };
}

function readInstruction(value: unknown, fields: Fields): ReadRow {
  const input = fields.get('input');
  if (typeof value !== 'string' || typeof input !== 'string' || input.trim() === '') return readText(value);
  return readText(`${value.trim()}\n\n${input}`);
}

function readTurns(value: unknown): ReadRow {
  if (!Array.isArray(value)) return { fault: 'the conversation is no list of turns' };
  const messages: ChatMessage[] = [];
  for (const turn of value as unknown[]) {
    const message = readTurn(turn);
    if (message === null) return { fault: `turn ${messages.length + 1} of the conversation cannot be read` };
    messages.push(message);
  }
  return endingWithUser(messages);
}

/** One turn, `{ role, content }` or `{ from, value }`. */
function readTurn(turn: unknown): ChatMessage | null {
  if (typeof turn !== 'object' || turn === null) return null;
  const { role: said, content: text, from = said, value = text } = turn as Record<string, unknown>;
  const role = typeof from === 'string' ? ROLES[from.toLowerCase()] : undefined;
  return role === undefined || typeof value !== 'string' ? null : { role, content: value };
}

/** HH-RLHF writes a dialogue as one text, each turn behind "\n\nHuman: " or "\n\nAssistant: ". */
function readDialogue(value: unknown): ReadRow {
  if (Array.isArray(value)) return readTurns(value);
  const [before, ...turns] = typeof value === 'string' ? value.split(/\n\n(Human|Assistant):/) : [];
  if (before === undefined || before.trim() !== '' || turns.length === 0)
    return { fault: 'the field "chosen" holds no dialogue' };
  const messages: ChatMessage[] = [];
  for (let at = 0; at < turns.length; at += 2)
    messages.push({
      role: turns[at] === 'Human' ? 'user' : 'assistant',
      content: (turns[at + 1] ?? '').trim(),
    });
  return endingWithUser(messages);
}

function endingWithUser(messages: ChatMessage[]): ReadRow {
  while (messages.at(-1)?.role === 'assistant') messages.pop();
  const last = messages.at(-1);
  if (last?.role !== 'user') return { fault: 'the conversation has no turn of a user to answer' };
  return last.content === '' ? { fault: 'the prompt is empty' } : { messages };
}
