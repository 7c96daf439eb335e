// LangChain.js through the gateway, streamed and whole.
import { ChatOpenAI } from '@langchain/openai';

const model = new ChatOpenAI({
  model: 'tiny-aligned',
  apiKey: 'none', // the gateway's, if it asks for one
  configuration: { baseURL: process.env['STREAM_ALIGNER_URL'] ?? 'http://127.0.0.1:8787/v1' },
});
const question =
  'Mia has 27 shells. She finds 15 more. Then she gives 8 to Tom. How many shells does Mia have now?';

for await (const chunk of await model.stream(question)) process.stdout.write(chunk.text);
process.stdout.write('\n');

const whole = await model.invoke(question);
process.stdout.write(`${whole.text}\n`);
