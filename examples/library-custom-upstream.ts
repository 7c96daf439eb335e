// A model of your own as upstream: all it must do is go on from an answer so far, and say how it ended.
import { align, type Upstream } from '@stream-aligner/core';
import { createTinyPair } from '@stream-aligner/local';
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env['STREAM_ALIGNER_URL'] ?? 'http://127.0.0.1:8787/v1',
  apiKey: 'none',
});

const upstream: Upstream = {
  model: 'tiny',
  continuation: 'native', // this server continues an assistant message that ends the conversation
  async open({ messages }) {
    const asked = messages as OpenAI.ChatCompletionMessageParam[];
    return {
      async *continueFrom(prefix, signal) {
        const soFar = prefix === '' ? [] : [{ role: 'assistant' as const, content: prefix }];
        const stream = await client.chat.completions.create(
          { model: 'tiny', stream: true, messages: [...asked, ...soFar] },
          { signal }, // aborted when a sentence is rewritten, or the reader leaves
        );
        for await (const { choices } of stream) {
          const text = choices[0]?.delta.content;
          if (text) yield { type: 'text-delta', text };
          // An iterator that ends without a finish is a failed answer: never invent one.
          if (choices[0]?.finish_reason === 'stop') yield { type: 'finish', reason: 'stop' };
          if (choices[0]?.finish_reason === 'length') yield { type: 'finish', reason: 'length' };
        }
      },
      close: async () => {},
    };
  },
};

const { aligner, close } = await createTinyPair();
const question =
  'Mia has 27 shells. She finds 15 more. Then she gives 8 to Tom. How many shells does Mia have now?';
const { text } = await align({ upstream, aligner, messages: [{ role: 'user', content: question }] });
process.stdout.write(`${text}\n`);
await close();
