import { type ChatMessage, type GenerationParams, StreamAlignerError, textOf } from '@stream-aligner/core';
import { type ChatRequest, parseChatRequest, splitChatRequest } from '@stream-aligner/providers/wire';
import type { Recipes } from '../recipes/open-recipes.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { EXTENSION, type Extension, readExtension } from './overrides.ts';

/** A checked request: what to answer, with which recipe, and in which form. */
export interface AnswerRequest extends Extension {
  recipe: Recipe;
  messages: ChatMessage[];
  params: GenerationParams;
  stream: boolean;
  includeUsage: boolean;
}

/** Checks a parsed body. Throws `invalid-request` with the path of what is wrong, 404 for an unknown model. */
export async function readAnswerRequest(body: unknown, recipes: Recipes): Promise<AnswerRequest> {
  const request = parseChatRequest(body);
  refuseWhatAlignmentCannotHonour(request);
  refuseSilence(request);
  const { model, messages, params, stream, includeUsage } = splitChatRequest(request, [
    EXTENSION,
    'logprobs',
    'top_logprobs',
  ]);
  const recipe = await recipes.get(model);
  const extension = readExtension(request[EXTENSION], recipe);
  const options = asksForJson(request)
    ? { ...extension.options, format: 'json' as const }
    : extension.options;
  return { ...extension, options, recipe, messages: withPlainPrefix(messages), params, stream, includeUsage };
}

/** A document in JSON is judged whole: a rewrite of one sentence could break it. */
function asksForJson({ response_format: format }: ChatRequest): boolean {
  return (
    typeof format === 'object' && format !== null && 'type' in format && `${format.type}`.startsWith('json')
  );
}

const MOST_STOPS = 4;

function refuseWhatAlignmentCannotHonour(request: ChatRequest): void {
  const { n, logprobs, stop } = request;
  const { top_logprobs, modalities, audio } = request;
  if (n != null && n > 1) {
    throw refusal(
      'n',
      'Only one answer is aligned at a time: n must be 1. Send one request for each answer.',
    );
  }
  if (logprobs === true || (top_logprobs != null && top_logprobs !== 0)) {
    throw refusal(
      'logprobs',
      'Sentences may be rewritten by a second model, so log probabilities of the answer do not exist. Leave logprobs out.',
    );
  }
  if (Array.isArray(stop) && stop.length > MOST_STOPS) {
    throw refusal('stop', `At most ${MOST_STOPS} stop strings are taken.`);
  }
  if (audio != null || (Array.isArray(modalities) && modalities.some((kind) => kind !== 'text'))) {
    throw refusal('modalities', 'Only text can be aligned. Ask for the modality "text" alone.');
  }
}

/** A model that is asked nothing makes something up. */
function refuseSilence({ messages }: ChatRequest): void {
  const asked = messages.filter(({ role }) => role === 'user');
  if (asked.length === 0 || !asked.every(isBlank)) return;
  throw refusal(
    'messages',
    'messages: no message of role "user" says anything. Send a question in `content`.',
  );
}

function isBlank(message: ChatMessage): boolean {
  const { content } = message;
  return (
    textOf(message).trim() === '' && (!Array.isArray(content) || content.every(({ type }) => type === 'text'))
  );
}

/** A trailing assistant message is the first prefix, so it must be text and nothing else. */
function withPlainPrefix(messages: ChatMessage[]): ChatMessage[] {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return messages;
  const param = `messages[${messages.length - 1}]`;
  if (Array.isArray(last['tool_calls']) && last['tool_calls'].length > 0) {
    throw refusal(
      param,
      'The last message calls tools, which cannot be continued. Add the results of the tools as messages of role "tool".',
    );
  }
  if (Array.isArray(last.content) && last.content.some(({ type }) => type !== 'text')) {
    throw refusal(param, 'The last message is the beginning of the answer, so it may hold text alone.');
  }
  return [...messages.slice(0, -1), { ...last, content: textOf(last) }];
}

function refusal(param: string, message: string): StreamAlignerError {
  return new StreamAlignerError('invalid-request', message, { details: { param } });
}
