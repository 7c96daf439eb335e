// The `openai` client with chat completions, streamed and whole. All that changes is the base URL.
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env['STREAM_ALIGNER_URL'] ?? 'http://127.0.0.1:8787/v1',
  apiKey: 'none', // the gateway's, if it asks for one
});
const request = {
  model: 'tiny-aligned',
  messages: [
    {
      role: 'user' as const,
      content:
        'Mia has 27 shells. She finds 15 more. Then she gives 8 to Tom. How many shells does Mia have now?',
    },
  ],
};

const stream = await client.chat.completions.create({ ...request, stream: true });
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');
process.stdout.write('\n');

const whole = await client.chat.completions.create(request);
process.stdout.write(`${whole.choices[0]?.message.content}\n`);
