import { type ChatMessage, textOf } from '../messages.ts';

const SPEAKERS: Partial<Record<ChatMessage['role'], string>> = { user: 'User', assistant: 'Assistant' };

/**
 * The question of a contract, from a conversation. One user turn alone is its text. Longer conversations are their user
 * and assistant turns as lines "User: …" and "Assistant: …". System, developer and tool messages are left out, and so
 * is a trailing assistant message, which is the answer's first prefix.
 */
export function questionOf(messages: readonly ChatMessage[]): string {
  const last = messages.at(-1);
  const asked = last?.role === 'assistant' ? messages.slice(0, -1) : messages;
  const turns = asked.filter((message) => SPEAKERS[message.role] !== undefined);
  const [only] = turns;
  if (turns.length === 1 && only) return textOf(only);
  return turns.map((turn) => `${SPEAKERS[turn.role]}: ${textOf(turn)}`).join('\n');
}
