import { type ChatMessage, StreamAlignerError } from '@stream-aligner/core';
import type { Dialect, DialectRequest } from '../dialect.ts';
import { toAnthropicMessages } from './messages.ts';

/** `max_tokens` is required there; this stands for "the upstream's own limit". */
const DEFAULT_MAX_TOKENS = 8_192;

/** Fields of a client's request that mean the same in Anthropic's words. What it has no word for is left out. */
const SHARED = ['top_k', 'thinking', 'metadata', 'service_tier', 'cache_control'] as const;

/** Fields that say what is continued and how it is read: a configuration cannot replace them. */
const RESERVED: ReadonlySet<string> = new Set(['model', 'messages', 'system', 'stream', 'stop_sequences']);

/**
 * The request in Anthropic's words. As everywhere, stop strings stay here: the correction loop matches them on committed
 * text. Throws `upstream-rejected` for a `response_format`, which could not be kept, and for a prefix while it thinks.
 */
export function anthropicRequest({
  model,
  params,
  maxTokens,
  configured = {},
  conversation,
}: DialectRequest): ReturnType<Dialect['request']> {
  const { temperature, topP, extra = {} } = params;
  const format = extra['response_format'] as { type?: unknown } | null | undefined;
  if (format != null && format.type !== 'text') {
    throw new StreamAlignerError(
      'upstream-rejected',
      "Anthropic's Messages API has no `response_format`. Ask for JSON in the messages, or offer a tool that takes it.",
      { details: { param: 'response_format', status: 400 } },
    );
  }
  const messages = conversation['messages'] as ChatMessage[];
  refuseThinking(configured['thinking'] ?? extra['thinking'], messages);
  const tools = toolsOf(extra['tools']);
  return {
    path: '/messages',
    body: {
      max_tokens: DEFAULT_MAX_TOKENS,
      ...Object.fromEntries(SHARED.flatMap((name) => (name in extra ? [[name, extra[name]]] : []))),
      ...(tools && { tools, ...toolChoice(extra) }),
      ...Object.fromEntries(Object.entries(configured).filter(([name]) => !RESERVED.has(name))),
      ...(maxTokens !== undefined && { max_tokens: maxTokens }),
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { top_p: topP }),
      model,
      stream: true,
      ...toAnthropicMessages(messages),
    },
  };
}

/** A model that thinks first cannot go on from an answer: its thought would have to come before it. */
function refuseThinking(thinking: unknown, messages: readonly ChatMessage[]): void {
  const type = (thinking as { type?: unknown } | null | undefined)?.type;
  if (messages.at(-1)?.role !== 'assistant' || type === undefined || type === 'disabled') return;
  throw new StreamAlignerError(
    'upstream-rejected',
    'Anthropic takes no answer to go on from while `thinking` is on. Turn it off, set `continuation: emulated`, or look on in `mode: shadow`.',
    { details: { param: 'thinking' } },
  );
}

function toolsOf(tools: unknown): Record<string, unknown>[] | undefined {
  if (!Array.isArray(tools) || tools.length === 0) return undefined;
  return tools.map((tool: { function?: { name?: unknown; description?: unknown; parameters?: unknown } }) => {
    const { name, description, parameters } = tool.function ?? {};
    return {
      name,
      ...(description !== undefined && { description }),
      input_schema: parameters ?? { type: 'object', properties: {} },
    };
  });
}

const choices: Readonly<Record<string, string>> = { auto: 'auto', none: 'none', required: 'any' };

function toolChoice({ tool_choice: choice, parallel_tool_calls: parallel }: Record<string, unknown>) {
  const named = (choice as { function?: { name?: unknown } } | null | undefined)?.function?.name;
  const single = parallel === false;
  const type =
    typeof choice === 'string' ? choices[choice] : named !== undefined ? 'tool' : single ? 'auto' : undefined;
  if (type === undefined) return {};
  const disables = single && type !== 'none';
  return {
    tool_choice: {
      type,
      ...(named !== undefined && { name: named }),
      ...(disables && { disable_parallel_tool_use: true }),
    },
  };
}
