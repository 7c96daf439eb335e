import type { Counts, Understood, Voice } from './contract.ts';

/** In what a server's accent differs from OpenAI's. */
export interface Accent {
  /** The content of the first chunk, which names the role. */
  roleContent?: '' | null;
  reasoningField?: 'reasoning_content' | 'reasoning';
  /** `asked`: in a chunk of its own without choices; `always`: with the finish; `never`. */
  usage?: 'asked' | 'always' | 'never';
  /** Frames before everything else: comments, chunks without choices. */
  before?: (request: Understood) => string[];
  /** Fields of every chunk. */
  fields?: Record<string, unknown>;
  /** Whole frames of a failure in mid-stream. */
  error?: string[];
  /** Raw completions: `text` in place of a delta. */
  raw?: boolean;
  /** Fields of the choice that carries a text, for example its token ids. */
  choiceFields?: (text: string) => Record<string, unknown>;
}

export const DONE = 'data: [DONE]\n\n';

export function frame(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** A failure in OpenAI's words. */
export const openaiError = frame({
  error: {
    message: 'The engine died. The prompt was: secret',
    type: 'server_error',
    param: null,
    code: null,
  },
});

/** Chunks as OpenAI words them, in a server's accent. */
export function openaiVoice(accent: Accent = {}): Voice {
  const { roleContent = '', reasoningField = 'reasoning_content', usage = 'asked', raw = false } = accent;
  const head = {
    id: 'c-1',
    object: raw ? 'text_completion' : 'chat.completion.chunk',
    created: 1,
    model: 'm',
  };
  const chunk = (delta: Record<string, unknown>, finish: string | null = null, more: object = {}) =>
    frame({
      ...head,
      ...accent.fields,
      choices: [
        raw
          ? { index: 0, text: delta['content'] ?? '', finish_reason: finish, ...more }
          : { index: 0, delta, finish_reason: finish, logprobs: null, ...more },
      ],
    });
  return {
    open: (request) => [
      ...(accent.before?.(request) ?? []),
      ...(raw ? [] : [chunk({ role: 'assistant', content: roleContent })]),
    ],
    text: (delta) => chunk({ content: delta }, null, accent.choiceFields?.(delta) ?? {}),
    reasoning: (delta) => chunk({ [reasoningField]: delta }),
    toolCall: () => [
      chunk({
        tool_calls: [
          { index: 0, id: 'call_1', type: 'function', function: { name: 'look_up', arguments: '' } },
        ],
      }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"what":"it"}' } }] }),
    ],
    close(finish, counts, { includeUsage }) {
      const end = finish === 'aborted' ? 'abort' : finish;
      const last = chunk({}, end);
      if (usage === 'always') return [frame({ ...JSON.parse(last.slice(6)), usage: usageOf(counts) }), DONE];
      const extra =
        usage === 'asked' && includeUsage ? [frame({ ...head, choices: [], usage: usageOf(counts) })] : [];
      return [last, ...extra, DONE];
    },
    error: () => accent.error ?? [openaiError, DONE],
  };
}

function usageOf({ prompt, completion }: Counts) {
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
