import type { AnswerApi } from '../http/answer-route.ts';
import { responsesFace } from './face.ts';
import { readResponsesRequest } from './read-request.ts';

/** `POST /v1/responses`: OpenAI's Responses API for text, without anything that is kept between requests. */
export const responsesApi: AnswerApi = {
  async read(body, recipes) {
    const { asked, settings } = await readResponsesRequest(body, recipes);
    return {
      asked,
      face: ({ newId, ...shared }) =>
        responsesFace({ ...shared, id: `resp_${newId()}`, newId, settings, trace: asked.trace }),
    };
  },
};
