import { StreamAlignerError } from '@stream-aligner/core';
import * as z from 'zod';
import { checkRequest } from './invalid-request.ts';
import { chatMessages, responsesInput } from './responses-input.ts';
import type { ResponseSettings } from './responses-reply.ts';
import {
  chatText,
  chatToolChoice,
  chatTools,
  responsesText,
  responsesToolChoice,
  responsesTools,
} from './responses-tools.ts';

/** Its keys are the client's own words, so a mistake is told at the whole. */
const metadata = z.custom<Record<string, string>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string'),
  { error: 'expected an object whose values are all text' },
);

/** What we read of `POST /v1/responses`. Everything else is kept as it came. */
const responsesRequest = z.looseObject({
  model: z.string().min(1),
  input: responsesInput,
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  max_output_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  text: responsesText.nullish(),
  tools: responsesTools.nullish(),
  tool_choice: responsesToolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning: z.looseObject({ effort: z.string().nullish() }).nullish(),
  metadata: metadata.nullish(),
  user: z.string().nullish(),
  store: z.boolean().nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish(),
  include: z.array(z.string()).nullish(),
  top_logprobs: z.int().min(0).nullish(),
  background: z.boolean().nullish(),
});

/** A checked Responses request; fields that we do not read are still in it. */
export type ResponsesRequest = z.infer<typeof responsesRequest>;

/** Checks a parsed JSON body. Throws `invalid-request` with the path of what is wrong; values are never repeated. */
export function parseResponsesRequest(body: unknown): ResponsesRequest {
  const request = checkRequest(responsesRequest, body);
  refuseWhatNeedsAMemory(request);
  if ((request.top_logprobs ?? 0) > 0 || request.include?.includes('message.output_text.logprobs')) {
    throw refusal(
      request.top_logprobs ? 'top_logprobs' : 'include',
      'Sentences may be rewritten by a second model, so log probabilities of the answer do not exist. Do not ask for them.',
    );
  }
  refuseOpenEnds(request);
  return request;
}

const LOST = 'The gateway keeps no answers and no conversations. Send the earlier turns as items of `input`.';
const STATEFUL: Readonly<Record<string, string>> = {
  previous_response_id: LOST,
  conversation: LOST,
  background:
    'The gateway keeps no answers, so none can be fetched later. Leave background out, and stream the answer.',
  prompt: 'The gateway keeps no prompts. Write the prompt into `instructions` and `input`.',
};

function refuseWhatNeedsAMemory(request: ResponsesRequest): void {
  for (const [name, message] of Object.entries(STATEFUL)) {
    if (request[name] != null && request[name] !== false) throw refusal(name, message);
  }
}

/** A model that is asked nothing makes something up, and a call without its result cannot be gone on from. */
function refuseOpenEnds({ input }: ResponsesRequest): void {
  if (input.findLast(({ type }) => type !== 'reasoning')?.type === 'function_call') {
    throw refusal(
      'input',
      'The last item calls a function. Add what it gave as an item of type "function_call_output".',
    );
  }
  const asked = input.flatMap((item) =>
    item.type === 'message' && item.role === 'user' ? item.content : [],
  );
  const isAsked = input.some((item) => item.type === 'message' && item.role === 'user');
  if (isAsked && asked.every((part) => part.type !== 'input_image' && textIn(part).trim() === ''))
    throw refusal('input', 'input: no message of role "user" says anything. Send a question.');
}

function textIn(part: { text: string } | { refusal: string }): string {
  return 'text' in part ? part.text : part.refusal;
}

/** Fields that the chat API words otherwise, or that say nothing to a model. */
const NOT_OF_CHAT: readonly string[] = [
  ...Object.keys(STATEFUL),
  'input',
  'instructions',
  'text',
  'reasoning',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_output_tokens',
  'metadata',
  'store',
  'truncation',
  'include',
  'stream_options',
  'top_logprobs',
  'max_tool_calls',
  'context_management',
  'moderation',
];

/** The same request as a body of the chat API. Fields that neither API knows stay, for the server that may know them. */
export function toChatBody(request: ResponsesRequest): Record<string, unknown> {
  const { instructions, input, text, reasoning, tools, tool_choice, max_output_tokens } = request;
  const passed = Object.entries(request).filter(
    ([name, value]) => value != null && !NOT_OF_CHAT.includes(name),
  );
  return {
    ...Object.fromEntries(passed),
    ...(text && chatText(text)),
    ...(reasoning?.effort != null && { reasoning_effort: reasoning.effort }),
    ...(max_output_tokens != null && { max_completion_tokens: max_output_tokens }),
    // Servers refuse words about tools where there are none.
    ...(tools?.length && {
      tools: chatTools(tools),
      ...(tool_choice != null && { tool_choice: chatToolChoice(tool_choice) }),
      ...(request.parallel_tool_calls != null && { parallel_tool_calls: request.parallel_tool_calls }),
    }),
    messages: [
      ...(instructions == null ? [] : [{ role: 'system', content: instructions }]),
      ...chatMessages(input),
    ],
  };
}

/** What a reply repeats of its request, as OpenAI's does; `store` and `truncation` say what is done here. */
export function responseSettings(request: ResponsesRequest): ResponseSettings {
  return {
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    metadata: request.metadata ?? {},
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: request.reasoning?.effort ?? null, summary: null },
    store: false,
    temperature: request.temperature ?? null,
    text: { format: { type: 'text' }, ...request.text },
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
    top_p: request.top_p ?? null,
    truncation: 'disabled',
    ...(request.user != null && { user: request.user }),
  };
}

function refusal(param: string, message: string): StreamAlignerError {
  return new StreamAlignerError('invalid-request', message, { details: { param } });
}
