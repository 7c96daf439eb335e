import { questionOf, textOf } from '@stream-aligner/core';
import { type Contract, messagesOf, refuse } from './contract.ts';
import { DONE, openaiError, openaiVoice } from './openai-voice.ts';
import { isRefusal, understandChat, understandPrompt } from './understand.ts';

const COMPLETIONS = '/v1/completions';

/**
 * SGLang, from its sources: one flag; without it a trailing assistant message becomes the user's, in silence. A prefix
 * lands inside the thought of a model that thinks. Closing the connection is noticed late: `/abort_request` is prompt.
 */
export const sglang: Contract = {
  base: '/v1',
  key: null,
  paths: ['/v1/chat/completions', COMPLETIONS],
  read({ path, body }) {
    const { rid } = body;
    if (rid !== undefined && typeof rid !== 'string') return refuse(400, 'rid should be a valid string');
    const named = rid === undefined ? {} : { rid };
    if (path === COMPLETIONS) return { ...understandPrompt(body, body['prompt']), ...named };
    const continued = body['continue_final_message'] === true;
    const last = messagesOf(body).at(-1);
    if (continued && typeof last?.content !== 'string')
      return refuse(400, 'The final message must be a string.');
    const read = understandChat(body, { continues: () => continued });
    if (isRefusal(read)) return read;
    const kwargs = body['chat_template_kwargs'] as { enable_thinking?: unknown } | undefined;
    const thinks = kwargs?.enable_thinking !== false;
    if (last?.role === 'assistant' && !continued) {
      const turned = messagesOf(body).map((message) =>
        message === last ? { role: 'user' as const, content: textOf(last) } : message,
      );
      return { ...read, ...named, thinks, question: questionOf(turned) };
    }
    return { ...read, ...named, thinks, inThought: thinks && continued };
  },
  voice: (path) => openaiVoice({ raw: path === COMPLETIONS, error: [openaiError, DONE] }),
  calls: { '/abort_request': () => null },
};
