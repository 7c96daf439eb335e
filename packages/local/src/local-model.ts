import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { createLeasePool, type LeasePool, StreamAlignerError } from '@stream-aligner/core';
import type { CustomBatchingPrioritizationStrategy, LlamaContext, LlamaModel } from 'node-llama-cpp';
import { type ChatMl, createChatMl } from './chatml.ts';
import { type LocalEngine, openEngine } from './engine.ts';
import { checkModelFile } from './model-file.ts';
import { createSequence, type Sequence } from './sequence.ts';

/** What every model that runs in-process can be told. */
export interface LocalModelOptions {
  /** A GGUF file with the ChatML template. */
  modelPath: string;
  /** The name it goes by. Default: the file's name without `.gguf`. */
  name?: string;
  /** Answers that can be under way at once; each has its own keys and values in memory. Default 4. */
  sequences?: number;
  /** Answers that may wait for a sequence before further ones are refused as `overloaded`. Default 64. */
  maxQueue?: number;
  /**
   * Threads that compute. Default 1 up to four cores, else half the cores and at most 8. Not all cores: threads wait for
   * each other by spinning, and one that shares its core slows all the others by an order of magnitude.
   */
  threads?: number;
  /** Tokens an answer's conversation and text may have together. Default: what the model was trained on, at most 4096. */
  contextSize?: number;
  /**
   * Precision of the kept keys and values. Default F32: scoring a text in one pass and writing it token by token then
   * agree. F16 takes half the memory, and the two differ in the third decimal of a log-probability.
   */
  kvCache?: 'F32' | 'F16';
  /** Shares a loaded llama.cpp. Default: one of its own, closed with the model. */
  engine?: LocalEngine;
}

/** A loaded model whose sequences are lent out to answers. */
export interface LocalModel {
  readonly name: string;
  readonly native: LlamaModel;
  readonly chat: ChatMl;
  /** Numbers it learnt. */
  readonly parameters: number;
  /** Most tokens of a sequence. */
  readonly size: number;
  readonly sequences: LeasePool<Sequence>;
  /**
   * The least tokens that a text of `length` code units can have. Tokenising takes seconds for megabytes and holds up
   * every other answer, so what cannot fit is told by this first.
   */
  fewestTokens(length: number): number;
  /** Waits for the answers under way, then frees the model. */
  close(): Promise<void>;
}

const DEFAULT_CONTEXT = 4096;
const BATCH = 512;

/**
 * Loads a model.
 *
 * @throws StreamAlignerError `model-missing`, `model-damaged`, or `configuration` for what cannot work here.
 */
export async function loadLocalModel(options: LocalModelOptions): Promise<LocalModel> {
  const { modelPath, sequences = 4, maxQueue = 64, threads = defaultThreads(), kvCache = 'F32' } = options;
  requireWhole({ sequences, threads }, 1);
  requireWhole({ maxQueue }, 0);
  if (options.contextSize !== undefined) requireWhole({ contextSize: options.contextSize }, 64);
  await checkModelFile(modelPath);
  const engine = options.engine ?? (await openEngine());
  const closing: (() => Promise<void>)[] = options.engine ? [] : [() => engine.close()];
  const closeAll = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const native = await engine.loadModel(modelPath);
    closing.push(() => native.dispose());
    const chat = createChatMl(native, modelPath);
    const longest = longestToken(native);
    const contextSize = Math.min(native.trainContextSize, options.contextSize ?? DEFAULT_CONTEXT);
    const context = await createContext(native, { contextSize, sequences, threads, kvCache });
    closing.push(() => context.dispose());
    const items = Array.from({ length: sequences }, () => createSequence(context.getSequence()));
    const pool = createLeasePool({
      raise: 'sequences or maxQueue',
      items,
      maxQueue,
      what: `sequences of ${basename(modelPath)}`,
    });
    closing.push(() => pool.close());
    return {
      name: options.name ?? basename(modelPath, '.gguf'),
      native,
      chat,
      parameters: countParameters(native),
      size: items[0]?.size ?? 0,
      sequences: pool,
      fewestTokens: (length) => Math.ceil(length / longest),
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function countParameters({ fileInfo }: LlamaModel): number {
  const tensors = fileInfo.tensorInfo ?? [];
  const sizes = tensors.map(({ dimensions }) =>
    dimensions.reduce((size: number, length) => size * Number(length), 1),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Code units of the longest token. No text has fewer tokens than this allows: every model in ChatML covers all bytes. */
function longestToken(model: LlamaModel): number {
  let longest = 1;
  for (const token of model.iterateAllTokens())
    longest = Math.max(longest, model.detokenize([token], true).length);
  return longest;
}

async function createContext(
  model: LlamaModel,
  options: { contextSize: number; sequences: number; threads: number; kvCache: 'F32' | 'F16' },
): Promise<LlamaContext> {
  const { contextSize, sequences, threads, kvCache } = options;
  try {
    return await model.createContext({
      contextSize,
      sequences,
      threads: { ideal: threads, min: threads },
      batchSize: Math.min(BATCH, contextSize),
      // Flash attention rounds on its way, so that an F32 cache would win nothing; on a CPU it is slower besides.
      flashAttention: false,
      batching: { itemPrioritizationStrategy: oneSequenceABatch },
      experimentalKvCacheKeyType: kvCache,
      experimentalKvCacheValueType: kvCache,
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StreamAlignerError(
      'configuration',
      `No context of ${sequences} sequences with ${contextSize} tokens could be made: ${why}. Lower sequences or contextSize, or set kvCache to F16.`,
      { cause, details: { sequences, contextSize } },
    );
  }
}

/**
 * A batch of several sequences is sampled on several threads at once, which llama.cpp's context does not bear: now and
 * then one sequence is given the token of another (measured with node-llama-cpp 3.21.1; with a single sampling thread it
 * does not happen). One sequence a batch is never wrong, costs next to nothing on a CPU, and makes an answer's
 * arithmetic independent of what runs beside it.
 */
const oneSequenceABatch: CustomBatchingPrioritizationStrategy = ({ items, size }) =>
  items.slice(0, 1).map((item) => ({ item, processAmount: Math.min(size, item.tokens.length) }));

function defaultThreads(): number {
  const cores = availableParallelism();
  return cores <= 4 ? 1 : Math.min(8, Math.floor(cores / 2));
}

function requireWhole(values: Record<string, number>, least: number): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isSafeInteger(value) || value < least)
      throw new StreamAlignerError('configuration', `${name} must be a whole number of at least ${least}.`);
  }
}
