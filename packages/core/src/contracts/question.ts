import { type ChatMessage, textOf } from '../messages.ts';

const SPEAKERS: Partial<Record<ChatMessage['role'], string>> = { user: 'User', assistant: 'Assistant' };

/**
 * The question of a contract, from a conversation. One user turn alone is its text. Longer conversations are their user
 * and assistant turns as lines "User: …" and "Assistant: …", to the last. System, developer and tool messages are left
 * out. A trailing assistant message that is the answer's first prefix is no part of the conversation: callers take it
 * off before, as the correction loop does for the sessions that it opens.
 */
export function questionOf(messages: readonly ChatMessage[]): string {
  const turns = messages.filter((message) => SPEAKERS[message.role] !== undefined);
  const [only] = turns;
  if (turns.length === 1 && only) return textOf(only);
  return turns.map((turn) => `${SPEAKERS[turn.role]}: ${textOf(turn)}`).join('\n');
}
