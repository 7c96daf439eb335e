import { type AskRequest, requestBody } from './ask.ts';

/** A request as a command for a shell. The key stays in the environment. */
export function curlCode(request: AskRequest, { origin, key }: { origin: string; key: boolean }): string {
  const quoted = JSON.stringify(requestBody(request), null, 2).replaceAll("'", `'\\''`);
  return [
    `curl -N ${origin}/v1/chat/completions \\`,
    `  -H 'content-type: application/json' \\`,
    ...(key ? ['  -H "authorization: Bearer $STREAM_ALIGNER_KEY" \\'] : []),
    `  -d '${quoted}'`,
  ].join('\n');
}

/** A request as a program with the `openai` package. */
export function openaiCode(request: AskRequest, { origin, key }: { origin: string; key: boolean }): string {
  const body = requestBody(request);
  // OpenAI's types do not know the gateway's field; the client sends it as it is.
  const type = `OpenAI.ChatCompletionCreateParamsStreaming${'stream_aligner' in body ? ' & { stream_aligner: unknown }' : ''}`;
  return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${origin}/v1',
  apiKey: ${key ? "process.env['STREAM_ALIGNER_KEY']" : "'none'"},
});
const request: ${type} = ${JSON.stringify(body, null, 2)};
const stream = await client.chat.completions.create(request);
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');
`;
}
