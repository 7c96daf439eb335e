// The Vercel AI SDK through the gateway by one of its OpenAI-compatible providers, pointed at the gateway.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText } from 'ai';

const gateway = createOpenAICompatible({
  name: 'stream-aligner',
  baseURL: process.env['STREAM_ALIGNER_URL'] ?? 'http://127.0.0.1:8787/v1',
  includeUsage: true,
});
const request = {
  model: gateway('tiny-aligned'),
  prompt: 'Mia has 27 shells. She finds 15 more. Then she gives 8 to Tom. How many shells does Mia have now?',
};

for await (const text of streamText(request).textStream) process.stdout.write(text);
process.stdout.write('\n');

const { text } = await generateText(request);
process.stdout.write(`${text}\n`);
