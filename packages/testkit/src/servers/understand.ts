import { type ChatMessage, questionOf, textOf } from '@stream-aligner/core';
import { type Fields, messagesOf, type Refusal, refuse, type Understood } from './contract.ts';

/** The turn that asks for the rest of an answer, as the default prompt of emulated continuation is written. */
const ASKED = /---\n([\s\S]*)\n---/;

/** What every chat body has in common. `continues` says whether a trailing assistant message is continued. */
export function understandChat(
  body: Fields,
  { continues }: { continues: (last: ChatMessage) => boolean },
): Understood | Refusal {
  const messages = messagesOf(body);
  const last = messages.at(-1);
  if (typeof body['model'] !== 'string') return refuse(422, 'Field required: model');
  if (!last) return refuse(400, 'messages must not be empty');
  const options = body['stream_options'] as { include_usage?: unknown } | null | undefined;
  const asked = last.role === 'user' ? ASKED.exec(textOf(last))?.[1] : undefined;
  const continued = last.role === 'assistant' && continues(last);
  return {
    model: body['model'],
    stream: body['stream'] === true,
    includeUsage: options?.include_usage === true,
    question: questionOf(asked !== undefined || continued ? messages.slice(0, -1) : messages),
    prefix: asked ?? (continued ? textOf(last) : ''),
    asked: asked !== undefined,
    thinks: !continued || !hasReasoning(last),
    echo: '',
    tools: Array.isArray(body['tools']) && body['tools'].length > 0,
  };
}

/** A raw prompt, as `scriptedPrompt` writes it. */
export function understandPrompt(body: Fields, prompt: unknown): Understood | Refusal {
  const [, question, prefix] = /QUESTION: ([\s\S]*?)\nANSWER: ?([\s\S]*)$/.exec(String(prompt)) ?? [];
  if (question === undefined || prefix === undefined) return refuse(400, 'Not a prompt of this model.');
  const options = body['stream_options'] as { include_usage?: unknown } | null | undefined;
  return {
    model: String(body['model'] ?? 'plain'),
    stream: body['stream'] === true,
    includeUsage: options?.include_usage === true,
    question,
    prefix,
    asked: false,
    thinks: false,
    echo: '',
    tools: false,
  };
}

export function isRefusal(value: Understood | Refusal): value is Refusal {
  return 'status' in value;
}

function hasReasoning(message: ChatMessage): boolean {
  return ['reasoning_content', 'reasoning'].some((field) => typeof message[field] === 'string');
}
