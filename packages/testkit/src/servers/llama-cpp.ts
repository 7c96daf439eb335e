import { type Contract, type Fields, messagesOf, refuse, type Voice } from './contract.ts';
import { render } from './local.ts';
import { frame, openaiError, openaiVoice } from './openai-voice.ts';
import { createToyTokens } from './toy-tokens.ts';
import { isRefusal, understandChat, understandPrompt } from './understand.ts';

const COMPLETION = '/completion';

/**
 * llama.cpp's server v0.5.0, run: flags in pairs; without them a trailing assistant message is continued and repeated; no
 * `[DONE]` after an error; `/apply-template`, `/tokenize`, and `/completion` with ids.
 */
export function createLlamaCpp(): Contract {
  const tokens = createToyTokens();
  return {
    base: '/v1',
    key: null,
    paths: ['/v1/chat/completions', '/v1/completions', COMPLETION],
    read({ path, body }) {
      if (path === '/v1/completions') return understandPrompt(body, body['prompt']);
      return path === COMPLETION ? readCompletion(body) : readChat(body);
    },
    voice: (path) =>
      path === COMPLETION
        ? completionVoice()
        : openaiVoice({ raw: path === '/v1/completions', roleContent: null, error: [openaiError] }),
    calls: {
      '/apply-template': (body) => ({ prompt: render(body) }),
      '/tokenize': (body) => ({ tokens: tokens.encode(String(body['content'])) }),
    },
  };

  function readCompletion(body: Fields) {
    const { prompt } = body;
    if (!Array.isArray(prompt)) return understandPrompt(body, prompt);
    // A list without a number is several prompts, each answered in the one stream.
    if (!prompt.some(Number.isInteger)) return refuse(400, 'This test asks for one prompt.');
    const parts = (prompt as unknown[]).map((part) =>
      typeof part === 'number' ? tokens.decode([part]) : part,
    );
    return understandPrompt(body, parts.join(''));
  }

  function completionVoice(): Voice {
    let predicted = 0;
    return {
      open: () => [],
      text(content) {
        const ids = tokens.encode(content);
        // A character of several tokens: only the last one's id is sent, and the count tells.
        const split = /\p{Extended_Pictographic}/u.test(content);
        predicted += ids.length + (split ? 2 : 0);
        return frame({
          index: 0,
          content,
          tokens: ids,
          stop: false,
          tokens_predicted: predicted,
          tokens_evaluated: 9,
        });
      },
      reasoning: (content) => frame({ index: 0, content, tokens: [], stop: false }),
      toolCall: () => [],
      close: (finish) => [
        frame({
          index: 0,
          content: '',
          tokens: [],
          stop: true,
          stop_type: finish === 'aborted' ? 'none' : 'eos',
          truncated: false,
          tokens_predicted: predicted,
          tokens_evaluated: 9,
        }),
      ],
      error: () => [openaiError],
    };
  }
}

function readChat(body: Fields) {
  const flagged = body['continue_final_message'] === true;
  if (flagged && body['add_generation_prompt'] !== false) {
    return refuse(400, 'Cannot set both add_generation_prompt and continue_final_message to true.');
  }
  const [last, before] = messagesOf(body).toReversed();
  if (last?.role === 'assistant' && before?.role === 'assistant') {
    return refuse(400, 'Cannot have 2 or more assistant messages at the end of the list.');
  }
  if (last?.role === 'assistant' && last['tool_calls'] !== undefined) {
    return refuse(400, 'Cannot continue an assistant message that contains tool calls.');
  }
  const read = understandChat(body, { continues: () => true });
  return isRefusal(read) || flagged || read.asked ? read : { ...read, echo: read.prefix };
}
