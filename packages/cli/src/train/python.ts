import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StreamAlignerError } from '@stream-aligner/core';
import { environmentFolder, REQUIREMENTS } from './trainer-files.ts';

const PACKAGES = ['torch', 'transformers', 'trl', 'accelerate', 'peft', 'datasets'];
const PROBE =
  'import importlib.util, json, sys; ' +
  'print(json.dumps([sys.version_info[:2], [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None]]))';

/** What marks an environment as whole; it is written last. */
export const COMPLETE = 'complete';

const HOW = `Run \`stream-aligner train --setup\` once: it makes one (PyTorch alone is about 3 GB). Or name your own, with the packages of ${REQUIREMENTS}, with --python or STREAM_ALIGNER_PYTHON.`;

/**
 * The Python that training runs on: of the flag, else of STREAM_ALIGNER_PYTHON, else of the environment that
 * `train --setup` made. Throws `configuration` when there is none, or it is too old or lacks packages.
 */
export async function findPython(flag: string | undefined): Promise<string> {
  const named = flag ?? (process.env['STREAM_ALIGNER_PYTHON'] || undefined);
  const made = environmentFolder();
  if (named === undefined && !existsSync(join(made, COMPLETE))) {
    throw new StreamAlignerError(
      'configuration',
      `Training needs a Python environment, and there is none at ${made}. ${HOW}`,
    );
  }
  const python = named ?? pythonOf(made);
  const { missing } = await probe(python);
  if (missing.length > 0) {
    throw new StreamAlignerError(
      'configuration',
      `The Python at ${python} lacks packages that training needs: ${missing.join(', ')}. ${HOW}`,
    );
  }
  return python;
}

export const pythonOf = (environment: string): string => join(environment, 'bin', 'python');

/** What a Python is; throws `configuration` for what is none, or is older than 3.10. */
export async function probe(python: string): Promise<{ missing: string[] }> {
  const { stdout } = await promisify(execFile)(python, ['-c', PROBE, ...PACKAGES]).catch((cause: unknown) => {
    throw new StreamAlignerError(
      'configuration',
      `There is no working Python at ${python}. Install Python 3.10 or later with venv, or name one with --python.`,
      { cause },
    );
  });
  const [[major, minor], missing] = JSON.parse(stdout) as [[number, number], string[]];
  if (major < 3 || (major === 3 && minor < 10)) {
    throw new StreamAlignerError(
      'configuration',
      `The Python at ${python} is ${major}.${minor}, and training needs 3.10 or later. Name another with --python.`,
    );
  }
  return { missing };
}
