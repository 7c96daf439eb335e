// The Vercel AI SDK without a gateway in between: the middleware aligns any of its models in this process. The model
// here is the unaligned `tiny`, served elsewhere; the aligner is the embedded one.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { alignMiddleware } from '@stream-aligner/ai-sdk';
import { createTinyPair } from '@stream-aligner/local';
import { generateText, streamText, wrapLanguageModel } from 'ai';

const server = createOpenAICompatible({
  name: 'server',
  baseURL: process.env['STREAM_ALIGNER_URL'] ?? 'http://127.0.0.1:8787/v1',
});
const { aligner, close } = await createTinyPair();

const model = wrapLanguageModel({
  model: server('tiny'),
  // `native`: this server continues an assistant message that ends the prompt. Where none does, leave it out.
  middleware: alignMiddleware({ aligner, continuation: 'native' }),
});
const prompt =
  'Mia has 27 shells. She finds 15 more. Then she gives 8 to Tom. How many shells does Mia have now?';

const streamed = streamText({ model, prompt });
for await (const text of streamed.textStream) process.stdout.write(text);
process.stdout.write('\n');

const { text, providerMetadata } = await generateText({ model, prompt });
process.stdout.write(`${text}\n`);
process.stderr.write(`${JSON.stringify(providerMetadata?.['streamAligner'])}\n`); // kept, rewritten, …
await close();
