import { textOf } from '@stream-aligner/core';
import { scriptedPrompt } from '../http/request.ts';
import { type Contract, messagesOf, refuse } from './contract.ts';
import { DONE, frame, openaiError, openaiVoice } from './openai-voice.ts';
import { isRefusal, understandChat, understandPrompt } from './understand.ts';

const CHAT = '/v1/chat/completions';
const COMPLETIONS = '/v1/completions';

/** Ollama's `/v1`, documented and from its sources: trims on both sides, and thinks unless told not to. */
export const ollama: Contract = {
  base: '/v1',
  key: null,
  paths: [CHAT, COMPLETIONS],
  trims: true,
  read({ path, body }) {
    if (path === COMPLETIONS) return understandPrompt(body, body['prompt']);
    const read = understandChat(body, { continues: () => true });
    if (isRefusal(read)) return read;
    const prefix = read.prefix.trim();
    // A model without a template of Ollama's own is served by llama.cpp without its flag, which repeats the prefix.
    const echo = read.model.includes('native') && !read.asked ? prefix : '';
    return { ...read, prefix, echo, thinks: read.thinks && body['reasoning_effort'] !== 'none' };
  },
  voice: (path) =>
    openaiVoice({
      raw: path === COMPLETIONS,
      reasoningField: 'reasoning',
      error: [frame({ error: 'an error was encountered while running the model' })],
    }),
};

/** LM Studio, by users' reports: 0.4.16 repeats the prefix, and neighbouring assistant messages are refused. */
export const lmStudio: Contract = {
  base: '/v1',
  key: null,
  paths: [CHAT, COMPLETIONS],
  read({ path, body }) {
    if (path === COMPLETIONS) return understandPrompt(body, body['prompt']);
    const [last, before] = messagesOf(body).toReversed();
    if (last?.role === 'assistant' && before?.role === 'assistant') {
      return refuse(400, 'Multi-part or consecutive assistant responses are not supported.');
    }
    const read = understandChat(body, { continues: () => true });
    return isRefusal(read) ? read : { ...read, echo: read.asked ? '' : read.prefix };
  },
  voice: (path) =>
    openaiVoice({ raw: path === COMPLETIONS, usage: 'asked', error: [`event: error\n${openaiError}`] }),
};

/** TGI, from its sources: trims the end of the prefix; keep-alive comments; errors with `error_type`. */
export const tgi: Contract = {
  base: '/v1',
  key: null,
  paths: [CHAT],
  trims: true,
  read({ body }) {
    const read = understandChat(body, { continues: () => true });
    if (isRefusal(read))
      return { status: 422, body: { error: 'Input validation error', error_type: 'validation' } };
    return { ...read, prefix: read.prefix.trimEnd() };
  },
  voice: () =>
    openaiVoice({
      before: () => [':\n\n'],
      error: [frame({ error: 'Request failed during generation', error_type: 'generation' })],
    }),
};

/** LiteLLM's proxy, documented: continues what is marked `prefix: true`, or passes flags on; may repeat the prefix. */
export const litellm: Contract = {
  base: '/v1',
  key: 'authorization',
  paths: [CHAT, COMPLETIONS],
  read({ path, body }) {
    if (path === COMPLETIONS) return understandPrompt(body, body['prompt']);
    const flagged = body['continue_final_message'] === true && body['add_generation_prompt'] === false;
    const read = understandChat(body, { continues: (last) => flagged || last['prefix'] === true });
    return isRefusal(read)
      ? read
      : { ...read, echo: read.model.includes('old') && !read.asked ? read.prefix : '' };
  },
  voice: (path) => openaiVoice({ raw: path === COMPLETIONS, error: [openaiError, DONE] }),
};

/** A generic server: continues a trailing assistant message by both flags, as most do. */
export const openaiCompatible: Contract = {
  base: '/v1',
  key: null,
  paths: [CHAT, COMPLETIONS],
  read({ path, body }) {
    if (path === COMPLETIONS) return understandPrompt(body, body['prompt']);
    const both = body['continue_final_message'] === true && body['add_generation_prompt'] === false;
    return understandChat(body, { continues: () => both });
  },
  voice: (path) => openaiVoice({ raw: path === COMPLETIONS, roleContent: null }),
};

/** The prompt that these servers' templates write, up to where the answer goes on. */
export function render(body: Record<string, unknown>): string {
  const messages = messagesOf(body);
  const last = messages.at(-1);
  const trailing = last?.role === 'assistant' ? last : undefined;
  return scriptedPrompt({
    messages: trailing ? messages.slice(0, -1) : messages,
    prefix: trailing ? textOf(trailing) : '',
  });
}
