// The `openai` client with the Responses API, streamed and whole.
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env['STREAM_ALIGNER_URL'] ?? 'http://127.0.0.1:8787/v1',
  apiKey: 'none', // the gateway's, if it asks for one
});
const request = {
  model: 'tiny-aligned',
  input: 'Mia has 27 shells. She finds 15 more. Then she gives 8 to Tom. How many shells does Mia have now?',
};

const stream = await client.responses.create({ ...request, stream: true });
for await (const event of stream) {
  if (event.type === 'response.output_text.delta') process.stdout.write(event.delta);
}
process.stdout.write('\n');

const whole = await client.responses.create(request);
process.stdout.write(`${whole.output_text}\n`);
