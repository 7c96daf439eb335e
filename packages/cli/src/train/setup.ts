import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import { type Child, type Ending, startChild } from './child.ts';
import { forwardInterrupts } from './interrupts.ts';
import { forgetLog, newLogFile } from './log-file.ts';
import { COMPLETE, probe, pythonOf } from './python.ts';
import { environmentFolder, REQUIREMENTS } from './trainer-files.ts';
import { crashed } from './trainer-errors.ts';

export interface SetupOptions {
  /** The Python to make the environment with. Default `python3`. */
  python?: string;
  /** Called with what is being done. */
  onStatus: (text: string) => void;
}

/**
 * Makes the Python environment that training runs on, unless it is there. Gives its folder, or null when the person stopped it. Interrupted,
 * it begins again, and pip still has what it had downloaded.
 */
export async function setUpTrainer({ python = 'python3', onStatus }: SetupOptions): Promise<string | null> {
  const folder = environmentFolder();
  if (existsSync(join(folder, COMPLETE))) return folder;
  await probe(python);
  const log = newLogFile('setup');
  const steps = [
    { file: python, args: ['-m', 'venv', '--clear', folder], status: `Making an environment in ${folder}` },
    {
      file: pythonOf(folder),
      args: [
        '-m',
        'pip',
        'install',
        '--disable-pip-version-check',
        '--progress-bar',
        'off',
        '-r',
        REQUIREMENTS,
      ],
      status: 'Installing packages; PyTorch alone is about 3 GB',
    },
  ];
  for (const { file, args, status } of steps) {
    onStatus(status);
    const child = startChild({ file, args, log, onLine: (line) => onStatus(line.trim()) });
    if (await finished(child, log)) continue;
    await forgetLog(log);
    return null;
  }
  await writeFile(join(folder, COMPLETE), '');
  await forgetLog(log);
  return folder;
}

/** Whether the step ran to its end; false when the person stopped it. */
async function finished(child: Child, log: string): Promise<boolean> {
  const interrupts = forwardInterrupts(child, () => {});
  const ending: Ending = await child.ended.finally(interrupts.forget);
  if (interrupts.count() > 0) return false;
  if (ending.code === 0) return true;
  throw new StreamAlignerError(
    'configuration',
    `${crashed('installation', ending, log).message} Mend that and run \`stream-aligner train --setup\` again; what was downloaded is kept.`,
  );
}
