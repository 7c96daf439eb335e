import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createLocalAligner, type LocalAligner, type LocalAlignerOptions } from './aligner.ts';
import { openEngine } from './engine.ts';
import { createLocalUpstream, type LocalUpstream } from './upstream.ts';

/** Options of the embedded pair; they hold for both models. */
export interface TinyPairOptions extends Pick<
  LocalAlignerOptions,
  'sequences' | 'maxQueue' | 'threads' | 'copyCheck'
> {
  /** The upstream's temperature for requests that name none. Default 0. */
  temperature?: number;
}

/** The embedded upstream and aligner. */
export interface TinyPair {
  upstream: LocalUpstream;
  aligner: LocalAligner;
  /** Waits for the answers under way, then frees both models. */
  close(): Promise<void>;
}

/** Where the models lie: at the root of the repository, and within the package when it was installed. */
const FOLDERS = ['../../../models/', '../models/'].map((folder) => new URL(folder, import.meta.url));

/** The path of one of the two embedded models. It need not exist; loading it says what is missing. */
export async function tinyModelPath(which: 'upstream' | 'aligner'): Promise<string> {
  const paths = FOLDERS.map((folder) => fileURLToPath(new URL(`tiny-${which}.gguf`, folder)));
  for (const path of paths) {
    if (await exists(path)) return path;
  }
  return paths[0] ?? '';
}

/**
 * Loads the embedded pair: two models of one to two million parameters that answer word problems with sums and questions for
 * advice. Both share one llama.cpp, and compute on one thread each, which for models this small is the fastest. Default:
 * 8 sequences.
 *
 * @throws StreamAlignerError `model-missing`, `model-damaged` or `configuration`.
 */
export async function createTinyPair(options: TinyPairOptions = {}): Promise<TinyPair> {
  const { temperature = 0, copyCheck = 'exact', ...shared } = options;
  const engine = await openEngine();
  const closing: (() => Promise<void>)[] = [() => engine.close()];
  const close = async () => {
    for (const next of closing.splice(0).reverse()) await next();
  };
  try {
    const common = { sequences: 8, threads: 1, ...shared, engine };
    const upstream = await createLocalUpstream({
      ...common,
      modelPath: await tinyModelPath('upstream'),
      temperature,
    });
    closing.push(() => upstream.close());
    const aligner = await createLocalAligner({
      ...common,
      modelPath: await tinyModelPath('aligner'),
      copyCheck,
    });
    closing.push(() => aligner.close());
    return { upstream, aligner, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
