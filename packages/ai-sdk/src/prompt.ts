import type {
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ReasoningPart,
} from '@ai-sdk/provider';
import type { ChatMessage, Continuation } from '@stream-aligner/core';

type AssistantMessage = Extract<LanguageModelV4Message, { role: 'assistant' }>;

/** A prompt as core reads it: for the aligner's question, and for the first prefix of a trailing assistant message. */
export function toMessages(prompt: LanguageModelV4Prompt): ChatMessage[] {
  return prompt.map((message): ChatMessage => {
    switch (message.role) {
      case 'system':
        return { role: 'system', content: message.content };
      case 'user':
        return {
          role: 'user',
          content: message.content.map((part) =>
            part.type === 'text' ? { type: 'text', text: part.text } : { type: part.type },
          ),
        };
      case 'assistant':
        return {
          role: 'assistant',
          content: textOfAssistant(message),
          // Core asks only whether there are any.
          ...(callsTools(message) && { tool_calls: [] }),
        };
      case 'tool':
        return { role: 'tool', content: null };
    }
  });
}

/** The assistant message that ends a prompt and is to be continued, or null. */
export function trailingAssistant(prompt: LanguageModelV4Prompt): AssistantMessage | null {
  const last = prompt.at(-1);
  return last?.role === 'assistant' && !callsTools(last) ? last : null;
}

/** The text of an assistant message, joined as providers join it. */
export function textOfAssistant({ content }: AssistantMessage): string {
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
}

export interface ContinuedPrompt {
  prompt: LanguageModelV4Prompt;
  /** The answer so far, without trailing whitespace; '' for none. */
  prefix: string;
  /** The reasoning that came before the answer. */
  reasoning: LanguageModelV4ReasoningPart[];
  continuation: Continuation;
  /** What the emulation asks; `{prefix}` in it is the answer so far. */
  continuationPrompt: string;
}

/** The prompt that makes a model go on from `prefix`. */
export function continuePrompt(options: ContinuedPrompt): LanguageModelV4Prompt {
  const { prompt, prefix, reasoning, continuation, continuationPrompt } = options;
  const trailing = trailingAssistant(prompt);
  const before = trailing ? prompt.slice(0, -1) : prompt;
  if (prefix === '') return before;
  if (continuation !== 'native') {
    // A function: `$` in an answer means nothing here.
    const text = continuationPrompt.replaceAll('{prefix}', () => prefix);
    return [...before, { role: 'user', content: [{ type: 'text', text }] }];
  }
  const others = trailing ? trailing.content.filter(({ type }) => type !== 'text') : reasoning;
  const answer: AssistantMessage = {
    ...trailing,
    role: 'assistant',
    content: [...others, { type: 'text', text: prefix }],
  };
  return [...before, answer];
}

function callsTools({ content }: AssistantMessage): boolean {
  return content.some(({ type }) => type === 'tool-call');
}
