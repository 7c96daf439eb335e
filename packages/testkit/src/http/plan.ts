import { hash } from '../scripted/hash.ts';
import { alignerReply } from './aligner-prompt.ts';
import type { BehaviourSet } from './behaviours.ts';
import { breakSteps, breaks } from './break-steps.ts';
import type { CompletionRequest } from './request.ts';
import type { AlignerScript, UpstreamScript } from './script.ts';
import { type Chunk, chunkOf, type Step, send } from './step.ts';

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
  const pieces = set.has('odd-deltas') ? oddPieces(whole) : (whole.match(/\s*\S+|\s+$/g) ?? []);
  const middle = (['tool-call', 'length', 'filtered', ...breaks] as const).find((name) => set.has(name));
  const at = middle ? Math.min(set.get(middle) ?? pieces.length >> 1, pieces.length) : pieces.length;
  const sent = middle ? pieces.slice(0, at) : pieces;
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
    ...dripped(
      sent.map((piece) => send(chunk({ content: piece }), piece)),
      set,
    ),
  ];
  const broken = breaks.find((name) => set.has(name));
  if (broken) {
    if (set.has('torn')) steps.push({ ...send(chunk({ content: pieces[at] ?? '' })), how: 'half' });
    steps.push(...breakSteps[broken](chunk));
  } else if (set.has('endless')) {
    steps.push({ do: 'repeat', data: JSON.stringify(chunk({ content: whole || ' ' })), text: whole || ' ' });
  } else steps.push(...ending({ request, set, chunk, finishReason, usage }));
  const told = set.has('twice') ? steps.flatMap((step) => (isBare(step) ? [step, step] : [step])) : steps;
  return { text: sent.join(''), reasoning, finishReason, usage, steps: told };
}

function ending({
  request,
  set,
  chunk,
  finishReason,
  usage,
}: { request: CompletionRequest; set: BehaviourSet; chunk: Chunk } & Pick<
  Plan,
  'finishReason' | 'usage'
>): Step[] {
  return [
    ...(set.has('tool-call') ? toolCall.map((delta) => send(chunk({ tool_calls: [delta] }))) : []),
    ...(set.has('no-finish') ? [] : [{ ...send(chunk({}, finishReason)), finish: finishReason }]),
    ...(request.includeUsage ? [send({ ...chunk({}), choices: [], usage })] : []),
    ...(set.has('no-done') ? [] : [{ do: 'send', data: '[DONE]' } as const]),
    ...(set.has('lingers') ? [{ do: 'stall' } as const] : []),
  ];
}

const toolCall = [
  { index: 0, id: 'call_1', type: 'function', function: { name: 'look_up', arguments: '' } },
  { index: 0, function: { arguments: '{"what":' } },
  { index: 0, function: { arguments: '"it"}' } },
];

/** Whether an event says nothing that could be said twice. */
function isBare(step: Step): boolean {
  return (
    step.do === 'send' && step.text === undefined && step.how === undefined && !/tool_calls/.test(step.data)
  );
}

function dripped(steps: Step[], set: BehaviourSet): Step[] {
  const at = set.get('drip') ?? steps.length >> 1;
  return set.has('drip')
    ? steps.map((step, index) => (index === at && step.do === 'send' ? { ...step, how: 'drip' } : step))
    : steps;
}

/** Pieces of one to nine code units, by a rule that knows nothing of characters. */
function oddPieces(text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length;) {
    const to = from + 1 + (hash(text.slice(from, from + 4), from) % 9);
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}

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

function usageOf({ messages, question, prefix }: CompletionRequest, completion_tokens: number) {
  const prompt_tokens = messages.length + `${question} ${prefix}`.split(/\s+/).length;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
