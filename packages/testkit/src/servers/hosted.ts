import { type Contract, messagesOf, refuse } from './contract.ts';
import { DONE, frame, openaiError, openaiVoice } from './openai-voice.ts';
import { isRefusal, understandChat, understandPrompt } from './understand.ts';

const CHAT = '/v1/chat/completions';

/** DeepSeek, documented, its refusals as users report them: `prefix: true` on `/beta` alone, and never with tools. */
export const deepseek: Contract = {
  base: '/beta',
  key: 'authorization',
  paths: ['/beta/chat/completions', '/chat/completions'],
  read({ path, body }) {
    const last = messagesOf(body).at(-1);
    const marked = last?.role === 'assistant' && last['prefix'] === true;
    if (last?.role === 'assistant' && !marked) {
      return refuse(
        400,
        'The last message must be a user message, or an assistant message with prefix mode on.',
      );
    }
    if (marked && !path.startsWith('/beta')) {
      return refuse(
        400,
        'prefix is only available when using beta api (set base_url="https://api.deepseek.com/beta")',
      );
    }
    const read = understandChat(body, { continues: () => true });
    if (isRefusal(read)) return read;
    return marked && read.tools ? refuse(400, 'Function call should not be used with prefix') : read;
  },
  voice: () => openaiVoice({ before: () => [': keep-alive\n\n'] }),
};

const mistralFields = new Set(
  'model messages stream temperature top_p max_tokens random_seed tools tool_choice response_format prediction safe_prompt parallel_tool_calls presence_penalty frequency_penalty'.split(
    ' ',
  ),
);
const mistralMessageFields = new Set('role content prefix tool_calls tool_call_id name'.split(' '));

/** Mistral, documented, its refusals as users report them: no field that it does not know; the prefix is repeated. */
export const mistral: Contract = {
  base: '/v1',
  key: 'authorization',
  paths: [CHAT],
  read({ body }) {
    const messages = messagesOf(body);
    const extra =
      Object.keys(body).some((name) => !mistralFields.has(name)) ||
      messages.some((message) => Object.keys(message).some((name) => !mistralMessageFields.has(name)));
    if (extra)
      return { status: 422, body: { object: 'error', message: { detail: [{ type: 'extra_forbidden' }] } } };
    const last = messages.at(-1);
    if (last?.role === 'assistant' && last['prefix'] !== true) {
      return refuse(
        400,
        'Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant',
      );
    }
    const read = understandChat(body, { continues: () => true });
    return isRefusal(read) || read.asked ? read : { ...read, echo: read.prefix };
  },
  voice() {
    const voice = openaiVoice({
      usage: 'always',
      error: [frame({ choices: [{ index: 0, delta: {}, finish_reason: 'error' }] }), DONE],
    });
    // Its thinking models write lists of parts.
    const list = (part: object) =>
      frame({ choices: [{ index: 0, delta: { content: [part] }, finish_reason: null }] });
    return { ...voice, reasoning: (text) => list({ type: 'thinking', thinking: [{ type: 'text', text }] }) };
  },
};

/** OpenRouter, documented: comments while it waits, usage always, an error inside a chunk. What continues is the host's. */
export const openrouter: Contract = {
  base: '/api/v1',
  key: 'authorization',
  paths: ['/api/v1/chat/completions', '/api/v1/completions'],
  read({ path, body }) {
    if (path.endsWith('/v1/completions')) return understandPrompt(body, body['prompt']);
    return understandChat(body, { continues: () => !String(body['model']).includes('restarts') });
  },
  voice: (path) =>
    openaiVoice({
      raw: path.endsWith('/v1/completions'),
      usage: 'always',
      reasoningField: 'reasoning',
      before: () => [': OPENROUTER PROCESSING\n\n', ': OPENROUTER PROCESSING\n\n'],
      error: [
        frame({
          id: 'gen-1',
          error: { code: 502, message: 'Provider disconnected', metadata: {} },
          choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
        }),
      ],
    }),
};

/** Together, by its client's types. */
export const together: Contract = {
  base: '/v1',
  key: 'authorization',
  paths: [CHAT, '/v1/completions'],
  read({ path, body }) {
    if (path === '/v1/completions') return understandPrompt(body, body['prompt']);
    return understandChat(body, { continues: () => true });
  },
  voice: (path) =>
    openaiVoice({ raw: path === '/v1/completions', reasoningField: 'reasoning', usage: 'always' }),
};

/** Fireworks, by its client's types: completions go on from a prompt; in chat an assistant message is history. */
export const fireworks: Contract = {
  base: '/inference/v1',
  key: 'authorization',
  paths: ['/inference/v1/chat/completions', '/inference/v1/completions'],
  read({ path, body }) {
    if (body['context_length_exceeded_behavior'] !== 'error')
      return refuse(400, 'This test wants no silent cut.');
    if (path.endsWith('/v1/completions')) return understandPrompt(body, body['prompt']);
    return understandChat(body, { continues: () => false });
  },
  voice: (path) => openaiVoice({ raw: path.endsWith('/v1/completions'), error: [openaiError] }),
};

/** OpenAI, documented: an assistant message is history; padding unless refused; `max_completion_tokens`. */
export const openai: Contract = {
  base: '/v1',
  key: 'authorization',
  paths: [CHAT],
  read({ body }) {
    if (body['max_tokens'] !== undefined) {
      return refuse(400, "Unsupported parameter: 'max_tokens' is not supported with this model.");
    }
    return understandChat(body, { continues: () => false });
  },
  voice: () => openaiVoice({ error: [openaiError], fields: { obfuscation: 'x8d' } }),
};

/** Azure OpenAI's v1 address, documented: `api-key`, and a first chunk with nothing but the filter's word on the prompt. */
export const azureOpenai: Contract = {
  ...openai,
  base: '/openai/v1',
  key: 'api-key',
  paths: ['/openai/v1/chat/completions'],
  voice: () =>
    openaiVoice({
      before: () => [
        frame({ id: '', object: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] }),
      ],
      error: [openaiError],
    }),
};

/** Gemini's OpenAI-compatible address, documented; its refusal of a last turn of the model as users report it. */
export const gemini: Contract = {
  base: '/v1beta/openai',
  key: 'authorization',
  paths: ['/v1beta/openai/chat/completions'],
  read({ body }) {
    if (messagesOf(body).at(-1)?.role === 'assistant') {
      const message = 'Requests ending with a model turn are not supported.';
      return { status: 400, body: [{ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }] };
    }
    return understandChat(body, { continues: () => false });
  },
  voice: () =>
    openaiVoice({
      usage: 'always',
      error: [frame([{ error: { code: 503, message: 'Overloaded', status: 'UNAVAILABLE' } }])],
    }),
};
