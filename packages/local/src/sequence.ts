import type {
  ControlledEvaluateIndexOutput,
  ControlledEvaluateInputItem,
  LlamaContextSequence,
  Token,
} from 'node-llama-cpp';
import { createMutex, untilAborted } from './waiting.ts';

/** How the next token is chosen. Temperature 0 takes the likeliest. */
export interface Sampling {
  temperature: number;
  topP: number;
  /** The noise at a position is a function of this and the position, so that it does not depend on restarts. */
  seed: number;
}

export const GREEDY: Sampling = { temperature: 0, topP: 1, seed: 0 };

/** One sequence of a model's context, with the keys and values it already holds. */
export interface Sequence {
  /** Most ids that it can hold. */
  readonly size: number;
  /**
   * The token that the model puts after each of `ids` from index `from` on, so `ids.length - from` of them. What the
   * sequence holds already is not computed again. Rejects at once when `signal` aborts; the batch that is being computed
   * then still runs to its end, and the next call waits for that.
   */
  predict(request: {
    ids: readonly Token[];
    from: number;
    sampling: Sampling;
    signal: AbortSignal;
  }): Promise<Token[]>;
  /** The model's probability of each of `ids` from index `from` on, given those before it. `from` is at least 1. */
  probabilities(request: { ids: readonly Token[]; from: number; signal: AbortSignal }): Promise<number[]>;
  /** Forgets everything, once nothing is being computed. */
  clear(): Promise<void>;
}

export function createSequence(native: LlamaContextSequence): Sequence {
  const mutex = createMutex();

  /** Evaluates `ids`, and hands on what comes after each from index `from` on, with its index. */
  async function evaluate(
    { ids, from, signal }: { ids: readonly Token[]; from: number; signal: AbortSignal },
    wanted: (index: number) => GenerateNext,
    take: (next: Partial<Next>, index: number) => void,
  ): Promise<void> {
    signal.throwIfAborted();
    await native.adaptStateToTokens(ids.slice(0, from), false);
    while (native.nextTokenIndex < ids.length) {
      // One batch at a time, because what was handed over cannot be called back.
      signal.throwIfAborted();
      const begin = native.nextTokenIndex;
      const batch = ids.slice(begin, begin + native.context.batchSize);
      const results = await native.controlledEvaluate(
        batch.map((token, index) =>
          begin + index < from ? token : [token, { generateNext: wanted(begin + index) }],
        ),
      );
      for (const [index, result] of results.entries()) if (result) take(result.next, begin + index);
    }
  }

  async function predict({ ids, from, sampling, signal }: Parameters<Sequence['predict']>[0]) {
    const predicted: Token[] = [];
    const choose = (index: number) => choosing(sampling, index);
    await evaluate({ ids, from, signal }, choose, ({ token }) => {
      if (token !== undefined && token !== null) predicted.push(token);
    });
    return predicted;
  }

  async function probabilities({ ids, from, signal }: Parameters<Sequence['probabilities']>[0]) {
    const found: number[] = [];
    const range = { ids: ids.slice(0, -1), from: from - 1, signal };
    await evaluate(
      range,
      () => PLAIN,
      ({ probabilities: all }, index) => {
        const token = ids[index + 1];
        if (token !== undefined) found.push(all?.get(token) ?? 0);
      },
    );
    return found;
  }

  return {
    // A full sequence makes node-llama-cpp shift its beginning out, one id before the context's size.
    size: native.contextSize - 1,
    predict: (request) =>
      untilAborted(
        mutex(() => predict(request)),
        request.signal,
      ),
    probabilities: (request) =>
      untilAborted(
        mutex(() => probabilities(request)),
        request.signal,
      ),
    clear: () => mutex(() => native.clearHistory()),
  };
}

type Next = ControlledEvaluateIndexOutput['next'];
type GenerateNext = NonNullable<Exclude<ControlledEvaluateInputItem, Token>[1]['generateNext']>;

/** The model's own distribution, with nothing left out of it. */
const PLAIN = {
  probabilities: true,
  options: { temperature: 1, topP: 1, topK: 0, minP: 0 },
} satisfies GenerateNext;

function choosing({ temperature, topP, seed }: Sampling, position: number) {
  const options = { temperature, topP, topK: 0, minP: 0, seed: mix(seed, position) };
  return { token: true, options: temperature === 0 ? { temperature } : options };
}

/** A 32-bit hash, because neighbouring seeds must not give related noise. */
function mix(seed: number, position: number): number {
  let hash = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b) ^ Math.imul(position + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return (hash ^ (hash >>> 13)) >>> 0;
}
