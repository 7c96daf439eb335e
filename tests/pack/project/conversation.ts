// One conversation of several turns through every client, streamed and whole. Prints what each was told, as JSON.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';

const baseURL = process.env['STREAM_ALIGNER_URL'] ?? '';
const model = 'tiny-aligned';
const instructions = 'You do sums.';
const turns = [
  {
    role: 'user' as const,
    content: 'Tom has 12 apples. He buys 5 more. How many apples does Tom have now?',
  },
  {
    role: 'assistant' as const,
    content: 'Tom buys 5, so Tom has 12 + 5 = 17 apples. The answer is 17.',
  },
  {
    role: 'user' as const,
    content:
      'Mia has 27 shells. She finds 15 more. Then she gives 8 to Tom. How many shells does Mia have now?',
  },
];
const replies: Record<string, { text: string; tokens: number | undefined }> = {};

const openai = new OpenAI({ baseURL, apiKey: 'none' });
{
  const messages = [{ role: 'system' as const, content: instructions }, ...turns];
  const whole = await openai.chat.completions.create({ model, messages });
  replies['openai chat, whole'] = {
    text: whole.choices[0]?.message.content ?? '',
    tokens: whole.usage?.completion_tokens,
  };
  const stream = await openai.chat.completions.create({
    ...{ model, messages },
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let tokens: number | undefined;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    tokens = chunk.usage?.completion_tokens ?? tokens;
  }
  replies['openai chat, streamed'] = { text, tokens };
}
{
  const request = { model, instructions, input: turns };
  const whole = await openai.responses.create(request);
  replies['openai responses, whole'] = { text: whole.output_text, tokens: whole.usage?.output_tokens };
  const typed = { model, input: [{ role: 'system' as const, content: instructions }, ...turns] };
  const again = await openai.responses.create(typed);
  replies['openai responses, system turn'] = { text: again.output_text, tokens: again.usage?.output_tokens };
  let text = '';
  let tokens: number | undefined;
  for await (const event of await openai.responses.create({ ...request, stream: true })) {
    if (event.type === 'response.output_text.delta') text += event.delta;
    if (event.type === 'response.completed') tokens = event.response.usage?.output_tokens;
  }
  replies['openai responses, streamed'] = { text, tokens };
}
{
  const gateway = createOpenAICompatible({ name: 'gateway', baseURL, includeUsage: true });
  const request = { model: gateway(model), instructions, messages: turns };
  const whole = await generateText(request);
  replies['AI SDK, whole'] = { text: whole.text, tokens: whole.usage.outputTokens };
  const stream = streamText(request);
  replies['AI SDK, streamed'] = { text: await stream.text, tokens: (await stream.usage).outputTokens };
}
{
  const chat = new ChatOpenAI({ model, apiKey: 'none', configuration: { baseURL } });
  const messages = [
    new SystemMessage(instructions),
    ...turns.map(({ role, content }) =>
      role === 'user' ? new HumanMessage(content) : new AIMessage(content),
    ),
  ];
  const whole = await chat.invoke(messages);
  replies['LangChain, whole'] = { text: whole.text, tokens: tokensOf(whole) };
  const [batched] = await chat.batch([messages]);
  replies['LangChain, batch'] = { text: batched?.text ?? '', tokens: batched && tokensOf(batched) };
  let text = '';
  let tokens: number | undefined;
  for await (const chunk of await chat.stream(messages)) {
    text += chunk.text;
    tokens = tokensOf(chunk) || tokens;
  }
  replies['LangChain, streamed'] = { text, tokens };
}

function tokensOf({
  usage_metadata,
}: {
  usage_metadata?: { output_tokens?: number } | undefined;
}): number | undefined {
  return usage_metadata?.output_tokens;
}

process.stdout.write(JSON.stringify(replies, null, 2));
