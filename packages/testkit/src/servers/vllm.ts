import { type Contract, type Fields, messagesOf, refuse } from './contract.ts';
import { render } from './local.ts';
import { DONE, openaiError, openaiVoice } from './openai-voice.ts';
import { createToyTokens } from './toy-tokens.ts';
import { isRefusal, understandChat, understandPrompt } from './understand.ts';

const COMPLETIONS = '/v1/completions';

/**
 * vLLM, from its sources: both flags or none, `reasoning` in and out, an error frame followed by `[DONE]`, and token ids
 * by `/tokenize`, `prompt: [ids]` and `return_token_ids`.
 */
export function createVllm(): Contract {
  const tokens = createToyTokens();
  return {
    base: '/v1',
    key: null,
    paths: ['/v1/chat/completions', COMPLETIONS],
    read: ({ path, body }) => (path === COMPLETIONS ? readCompletion(body) : readChat(body)),
    voice: (path) =>
      openaiVoice({
        raw: path === COMPLETIONS,
        reasoningField: 'reasoning',
        error: [openaiError, DONE],
        ...(path === COMPLETIONS && { choiceFields: (text) => ({ token_ids: tokens.encode(text) }) }),
      }),
    calls: {
      '/tokenize': (body) => {
        const text = typeof body['prompt'] === 'string' ? body['prompt'] : render(body);
        // Left out, a special token would begin every text: the one habit that a careless client trips over.
        const special = typeof body['prompt'] === 'string' && body['add_special_tokens'] !== false;
        const ids = [...(special ? tokens.encode('<s>') : []), ...tokens.encode(text)];
        return { count: ids.length, max_model_len: 4096, tokens: ids };
      },
    },
  };

  function readCompletion(body: Fields) {
    const { prompt } = body;
    if (!Array.isArray(prompt)) return understandPrompt(body, prompt);
    if (body['add_special_tokens'] !== false) return refuse(400, 'This test wants one BOS, not two.');
    if (body['max_tokens'] === undefined) return refuse(400, 'This test wants more than 16 tokens.');
    return understandPrompt(body, tokens.decode(prompt as number[]));
  }

  function readChat(body: Fields) {
    const continued = body['continue_final_message'] === true;
    if (continued && body['add_generation_prompt'] !== false) {
      return refuse(400, 'Cannot set both `continue_final_message` and `add_generation_prompt` to True.');
    }
    if (continued && messagesOf(body).at(-1)?.role !== 'assistant') {
      return refuse(400, 'continue_final_message is set but the final message is not one of the assistant.');
    }
    const read = understandChat(body, { continues: () => continued });
    if (isRefusal(read)) return read;
    // A prefix that holds the end of a thought is split again by the template, and then not found.
    return continued && read.prefix.includes('</think>')
      ? refuse(400, 'continue_final_message is set but the final message does not appear in the chat.')
      : read;
  }
}
