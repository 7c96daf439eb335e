// Greedy outputs of a GGUF file in node-llama-cpp, for tests/test_export.py.
//   node tests/greedy.mjs model.gguf requests.json
// A request is {text, limit}: a rendered prompt, and how many tokens to write at most. Prints [{prompt, written}], ids.
import { readFile } from 'node:fs/promises';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';

const [path, requests] = process.argv.slice(2);
const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.disabled });
const model = await llama.loadModel({ modelPath: path });
const context = await model.createContext({
  contextSize: 512,
  threads: 1,
  flashAttention: false, // it rounds on its way
  experimentalKvCacheKeyType: 'F32',
  experimentalKvCacheValueType: 'F32',
});
const sequence = context.getSequence();
const replies = [];
for (const { text, limit } of JSON.parse(await readFile(requests, 'utf8'))) {
  await sequence.clearHistory();
  const ids = model.tokenize(text, true);
  const written = [];
  for await (const token of sequence.evaluate(ids, { temperature: 0 })) {
    if (model.isEogToken(token)) break;
    written.push(token);
    if (written.length >= limit) break;
  }
  replies.push({ prompt: ids, written });
}
process.stdout.write(JSON.stringify(replies));
await llama.dispose();
