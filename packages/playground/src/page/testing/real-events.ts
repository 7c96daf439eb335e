import {
  type Aligner,
  type AlignOptions,
  alignStream,
  jsonEvent,
  type JsonEvent,
  type Upstream,
} from '@stream-aligner/core';

/** The events of a real answer: an upstream that writes a text, and an aligner that knows some sentences better. */
export async function realEvents({
  text,
  better = {},
  failing = [],
  ...options
}: {
  text: string;
  /** Drafts and what stands for them. */
  better?: Readonly<Record<string, string>>;
  /** Drafts whose verdict fails. */
  failing?: readonly string[];
} & Partial<AlignOptions>): Promise<JsonEvent[]> {
  const events: JsonEvent[] = [];
  const messages = [{ role: 'user', content: 'What is it?' }] as const;
  const models = { upstream: writing(text), aligner: knowing(better, failing) };
  for await (const event of alignStream({ ...models, messages, ...options })) events.push(jsonEvent(event));
  return events;
}

/** Goes on with the sentences behind as many as the prefix has. */
function writing(text: string): Upstream {
  const sentences = text.match(/\s*[^.]+\./g) ?? [];
  return {
    model: 'writing',
    continuation: 'native',
    open: async () => ({
      async *continueFrom(prefix) {
        const behind = prefix === '' ? 0 : (prefix.match(/\./g) ?? []).length;
        for (const sentence of sentences.slice(behind)) yield { type: 'text-delta', text: sentence };
        yield { type: 'finish', reason: 'stop' };
      },
      close: async () => {},
    }),
  };
}

function knowing(better: Readonly<Record<string, string>>, failing: readonly string[]): Aligner {
  return {
    model: 'knowing',
    open: async () => ({
      async correct({ draft }) {
        if (failing.includes(draft)) throw new Error('no verdict');
        return { text: better[draft] ?? draft, by: 'decoding' };
      },
      close: async () => {},
    }),
  };
}
