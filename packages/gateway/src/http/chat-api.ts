import { chatFace } from '../answer/chat-face.ts';
import { readAnswerRequest } from '../answer/read-request.ts';
import type { AnswerApi } from './answer-route.ts';

/** `POST /v1/chat/completions`: OpenAI's chat API. */
export const chatApi: AnswerApi = {
  async read(body, recipes) {
    const asked = await readAnswerRequest(body, recipes);
    const { trace, includeUsage } = asked;
    return {
      asked,
      face: ({ newId, ...shared }) => chatFace({ ...shared, id: `chatcmpl-${newId()}`, includeUsage, trace }),
    };
  },
};
