/** A conversation or pair of texts that a score is asked for. */
export interface ScoredTexts {
  question: string;
  answer: string;
}

/** A request that vLLM would not take, with the status that it would send. */
export interface Refused {
  status: number;
  message: string;
}

type Body = Readonly<Record<string, unknown>>;

const CHAT = ['messages', 'add_generation_prompt', 'continue_final_message', 'add_special_tokens'];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  '/classify': CHAT,
  '/pooling': [...CHAT, 'task', 'encoding_format'],
  '/score': ['text_1', 'text_2'],
};
const SHARED = ['model', 'use_activation', 'truncate_prompt_tokens', 'priority', 'user'];

export const scoreRoutes = Object.keys(FIELDS);

/**
 * What a request asks to have scored. Fields that the route does not know are refused as well: a real server ignores
 * them, and a misspelt one is never noticed.
 */
export function readScoreRequest(path: string, body: Body): ScoredTexts | Refused {
  const unknown = Object.keys(body).find((name) => ![...SHARED, ...(FIELDS[path] ?? [])].includes(name));
  if (unknown !== undefined) return refused(`Unknown field ${unknown}.`);
  const { use_activation: activated } = body;
  if (activated !== undefined && activated !== null && typeof activated !== 'boolean')
    return refused('use_activation: Input should be a valid boolean');
  return path === '/score' ? readPair(body) : readChat(body);
}

function readPair({ text_1: question, text_2: answer }: Body): ScoredTexts | Refused {
  if (typeof question !== 'string' || typeof answer !== 'string')
    return refused('text_1, text_2: Input should be a valid string');
  return { question, answer };
}

function readChat(body: Body): ScoredTexts | Refused {
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0) return refused('messages: Field required');
  const turns = messages.map(readTurn);
  const last = turns.at(-1);
  if (turns.includes(null)) return refused('messages: Input should be a valid message');
  if (body['continue_final_message'] === true && body['add_generation_prompt'] === true)
    return refused('Cannot set both `continue_final_message` and `add_generation_prompt` to True.');
  if (last?.role !== 'assistant') return refused('This test wants an answer to score.');
  return { question: turns.findLast((turn) => turn?.role === 'user')?.content ?? '', answer: last.content };
}

function readTurn(turn: unknown): { role: string; content: string } | null {
  const { role, content } = (typeof turn === 'object' && turn !== null ? turn : {}) as Body;
  if (typeof content !== 'string') return null;
  return role === 'system' || role === 'user' || role === 'assistant' ? { role, content } : null;
}

const refused = (message: string): Refused => ({ status: 400, message });
