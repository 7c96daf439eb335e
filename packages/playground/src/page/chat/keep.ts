import { recall, remember } from '../ui/storage.ts';
import { fromStored, type StoredTurn, toStored, type Turn } from './conversation.ts';

const NAME = 'stream-aligner.conversation.1';

/** The conversation that this browser keeps. What cannot be read is as good as none. */
export function keptConversation(): readonly Turn[] {
  const kept = recall('local', NAME);
  try {
    return Array.isArray(kept) ? fromStored(kept as StoredTurn[]) : [];
  } catch {
    return [];
  }
}

/** Keeps a conversation, without its oldest turns where there is no room for all. */
export function keepConversation(turns: readonly Turn[]): void {
  for (let from = 0; from <= turns.length; from += 1)
    if (remember('local', NAME, toStored(turns.slice(from)))) return;
}
