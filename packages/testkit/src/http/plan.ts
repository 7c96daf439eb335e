import { alignerReply } from './aligner-prompt.ts';
import type { Behaviour, BehaviourSet } from './behaviours.ts';
import type { CompletionRequest } from './request.ts';
import type { AlignerScript, UpstreamScript } from './script.ts';

/** One thing that the server does to a stream. `text` is the answer text that an event carries. */
export type Step = { do: 'send'; data: string; text?: string } | { do: 'reset' } | { do: 'stall' };

/** A whole reply, decided before any of it is sent. */
export interface Plan {
  text: string;
  reasoning: string;
  finishReason: string;
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
  steps: Step[];
}

/** Decides a reply: a function of the request and the scripts alone. */
export function planReply(
  request: CompletionRequest,
  set: BehaviourSet,
  scripts: { upstream: UpstreamScript; aligner: AlignerScript },
): Plan {
  const whole = wholeText(request, set, scripts);
  const words = whole.match(/\s*\S+|\s+$/g) ?? [];
  const middle = (['tool-call', 'length', 'filtered', ...breaks] as const).find((name) => set.has(name));
  const at = middle ? Math.min(set.get(middle) ?? words.length >> 1, words.length) : words.length;
  const sent = middle ? words.slice(0, at) : words;
  const chunk = chunkOf(request);
  const reasoning = set.has('reasoning') && request.reasoning === '' ? 'Let me think. Done thinking.' : '';
  const finishReason = set.has('length')
    ? 'length'
    : set.has('filtered')
      ? 'content_filter'
      : set.has('tool-call')
        ? 'tool_calls'
        : 'stop';
  const usage = usageOf(request, sent.length);

  const steps: Step[] = [
    send(chunk({ role: 'assistant', content: null })),
    ...(reasoning.match(/\s*\S+/g) ?? []).map((part) => send(chunk({ reasoning_content: part }))),
    ...sent.map((word) => send(chunk({ content: word }), word)),
  ];
  const broken = breaks.find((name) => set.has(name));
  if (broken) steps.push(...breakSteps[broken](chunk));
  else {
    if (set.has('tool-call')) steps.push(...toolCall.map((delta) => send(chunk({ tool_calls: [delta] }))));
    if (!set.has('no-finish')) steps.push(send(chunk({}, finishReason)));
    if (request.includeUsage) steps.push(send({ ...chunk({}), choices: [], usage }));
    if (!set.has('no-done')) steps.push({ do: 'send', data: '[DONE]' });
    if (set.has('lingers')) steps.push({ do: 'stall' });
  }
  return { text: sent.join(''), reasoning, finishReason, usage, steps };
}

type Chunk = ReturnType<typeof chunkOf>;

const breakSteps = {
  cut: () => [],
  reset: () => [{ do: 'reset' }],
  stall: () => [{ do: 'stall' }],
  garbage: () => [{ do: 'send', data: '{"choices": [{"delta": {"cont' }],
  'error-mid': () => [send({ error: errorBody('It broke.') }), { do: 'send', data: '[DONE]' }],
  'error-chunk': (chunk) => [
    send({ ...chunk({ content: ' all is well.' }, 'stop'), error: errorBody('It broke.') }),
    { do: 'send', data: '[DONE]' },
  ],
} as const satisfies Partial<Record<Behaviour, (chunk: Chunk) => Step[]>>;

const breaks = Object.keys(breakSteps) as (keyof typeof breakSteps)[];

const toolCall = [
  { index: 0, id: 'call_1', type: 'function', function: { name: 'look_up', arguments: '' } },
  { index: 0, function: { arguments: '{"what":' } },
  { index: 0, function: { arguments: '"it"}' } },
];

function wholeText(
  { messages, question, prefix }: CompletionRequest,
  set: BehaviourSet,
  scripts: { upstream: UpstreamScript; aligner: AlignerScript },
): string {
  if (set.has('empty')) return '';
  const verdict = alignerReply(messages, scripts.aligner);
  if (verdict !== undefined) {
    if (set.has('chatty')) return `Sure! Here is my verdict: ${verdict}`;
    return set.has('remains') ? `##Your_Revision: ${verdict} | ##Question: And then?` : verdict;
  }
  const written = set.has('echo') ? question : scripts.upstream({ question, prefix });
  const trimmed = set.has('trims-output') ? written.trimStart() : written;
  return set.has('doubled-prefix') ? prefix + trimmed : trimmed;
}

function chunkOf({ model, raw }: CompletionRequest) {
  const head = {
    id: 'scripted-1',
    object: raw ? 'text_completion' : 'chat.completion.chunk',
    created: 1,
    model,
  };
  return (
    delta: { content?: string | null; [field: string]: unknown },
    finish_reason: string | null = null,
  ) => ({
    ...head,
    choices: [
      raw ? { index: 0, text: delta.content ?? '', finish_reason } : { index: 0, delta, finish_reason },
    ],
  });
}

function usageOf({ messages, question, prefix }: CompletionRequest, completion_tokens: number) {
  const prompt_tokens = messages.length + `${question} ${prefix}`.split(/\s+/).length;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

/** An error as OpenAI words it. */
export function errorBody(message: string, type = 'server_error') {
  return { message, type, param: null, code: null };
}

function send(value: unknown, text?: string): Step {
  return { do: 'send', data: JSON.stringify(value), ...(text !== undefined && { text }) };
}
