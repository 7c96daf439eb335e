import type {
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import { StreamAlignerError } from '@stream-aligner/core';

type Block = Extract<LanguageModelV4Content, { type: 'text' | 'reasoning' }>;

/** A whole answer: exactly the collected stream. Throws what an error part carries. */
export async function collect(result: LanguageModelV4StreamResult): Promise<LanguageModelV4GenerateResult> {
  const { request, response } = result;
  const blocks = new Map<string, Block>();
  const collected: LanguageModelV4GenerateResult = {
    content: [],
    finishReason: { unified: 'other', raw: undefined },
    usage: {
      inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: undefined, text: undefined, reasoning: undefined },
    },
    warnings: [],
    ...(request && { request }),
    ...(response && { response: { ...response } }),
  };
  let finished = false;
  const reader = result.stream.getReader();

  function take(part: LanguageModelV4StreamPart) {
    switch (part.type) {
      case 'stream-start':
        collected.warnings.push(...part.warnings);
        break;
      case 'response-metadata': {
        const { type: _, ...metadata } = part;
        collected.response = { ...collected.response, ...metadata };
        break;
      }
      case 'text-start':
      case 'reasoning-start': {
        const type = part.type === 'text-start' ? 'text' : 'reasoning';
        const block: Block = { type, text: '' };
        if (part.providerMetadata) block.providerMetadata = part.providerMetadata;
        blocks.set(`${type} ${part.id}`, block);
        collected.content.push(block);
        break;
      }
      case 'text-delta':
      case 'reasoning-delta': {
        const block = blocks.get(`${part.type === 'text-delta' ? 'text' : 'reasoning'} ${part.id}`);
        if (block) block.text += part.delta;
        break;
      }
      case 'tool-call':
      case 'tool-result':
      case 'tool-approval-request':
      case 'custom':
      case 'file':
      case 'reasoning-file':
      case 'source':
        collected.content.push(part);
        break;
      case 'error':
        throw part.error;
      case 'finish': {
        const { finishReason, usage, providerMetadata } = part;
        Object.assign(collected, { finishReason, usage, ...(providerMetadata && { providerMetadata }) });
        finished = true;
      }
    }
  }

  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      take(value);
    }
  } catch (error) {
    await reader.cancel(error).catch(() => {});
    throw error;
  }
  if (!finished)
    throw new StreamAlignerError('internal', 'An aligned answer ended without a finish. Please report it.');
  return collected;
}
