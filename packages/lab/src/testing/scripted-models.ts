import {
  type Aligner,
  segmentText,
  StreamAlignerError,
  type Upstream,
  type UpstreamEvent,
} from '@stream-aligner/core';

/** What a scripted upstream writes to a question, as a whole answer. */
export type Script = (question: string) => string;

/**
 * An upstream in this process that answers at once: a prefix that its answer begins with is gone on from word for word,
 * and after any other come the sentences behind as many as the prefix has. `pause` is awaited before every answer.
 */
export function scriptedUpstream(
  script: Script,
  { pause = async () => {} }: { pause?: (question: string) => Promise<void> } = {},
): Upstream {
  return {
    model: 'scripted',
    continuation: 'native',
    async open({ messages }) {
      const question = String(messages.at(-1)?.content);
      await pause(question);
      return {
        async *continueFrom(prefix): AsyncGenerator<UpstreamEvent, void, undefined> {
          const answer = script(question);
          const rest = answer.startsWith(prefix)
            ? answer.slice(prefix.length)
            : segmentText(answer)
                .slice(segmentText(prefix).length)
                .map(({ text }) => text)
                .join('');
          if (rest !== '') yield { type: 'text-delta', text: rest };
          yield { type: 'finish', reason: 'stop' };
        },
        close: () => Promise.resolve(),
      };
    },
  };
}

/** An aligner in this process whose verdict is a function of the draft; undefined is a reply that is no verdict. */
export function scriptedAligner(
  verdict: (draft: string, at: { prefix: string; question: string }) => string | undefined,
): Aligner {
  return {
    model: 'scripted-aligner',
    async open({ messages }) {
      const question = String(messages.at(-1)?.content);
      return {
        async correct({ prefix, draft }) {
          const text = verdict(draft, { prefix, question });
          if (text === undefined) throw new StreamAlignerError('aligner-unparsable', 'That is no verdict.');
          return { text, by: 'decoding', usage: { promptTokens: 10, completionTokens: 5 } };
        },
        close: () => Promise.resolve(),
      };
    },
  };
}
