import type { LlamaContextSequence, Token } from 'node-llama-cpp';
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
  /** Forgets everything, once nothing is being computed. */
  clear(): Promise<void>;
}

export function createSequence(native: LlamaContextSequence): Sequence {
  const mutex = createMutex();

  async function predict({ ids, from, sampling, signal }: Parameters<Sequence['predict']>[0]) {
    signal.throwIfAborted();
    await native.adaptStateToTokens(ids.slice(0, from), false);
    const predicted: Token[] = [];
    while (native.nextTokenIndex < ids.length) {
      // One batch at a time, because what was handed over cannot be called back.
      signal.throwIfAborted();
      const begin = native.nextTokenIndex;
      const batch = ids.slice(begin, begin + native.context.batchSize);
      const results = await native.controlledEvaluate(
        batch.map((token, index) =>
          begin + index < from ? token : [token, { generateNext: choosing(sampling, begin + index) }],
        ),
      );
      for (const result of results) {
        const token = result?.next.token;
        if (token !== undefined && token !== null) predicted.push(token);
      }
    }
    return predicted;
  }

  return {
    // A full sequence makes node-llama-cpp shift its beginning out, one id before the context's size.
    size: native.contextSize - 1,
    predict: (request) =>
      untilAborted(
        mutex(() => predict(request)),
        request.signal,
      ),
    clear: () => mutex(() => native.clearHistory()),
  };
}

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
