import {
  parseResponsesRequest,
  type ResponseSettings,
  responseSettings,
  toChatBody,
} from '@stream-aligner/providers/wire';
import { type AnswerRequest, readAnswerRequest } from '../answer/read-request.ts';
import type { Recipes } from '../recipes/open-recipes.ts';

/** A checked Responses request: what to answer, and what the reply repeats of it. */
export interface ResponsesAnswerRequest {
  asked: AnswerRequest;
  settings: ResponseSettings;
}

/** Checks a parsed body. Throws `invalid-request` with the path of what is wrong, 404 for an unknown model. */
export async function readResponsesRequest(body: unknown, recipes: Recipes): Promise<ResponsesAnswerRequest> {
  const request = parseResponsesRequest(body);
  return {
    asked: await readAnswerRequest(toChatBody(request), recipes),
    settings: responseSettings(request),
  };
}
