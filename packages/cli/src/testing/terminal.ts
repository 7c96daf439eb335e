import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { quoted } from '../terminal/quoted.ts';

const SCRIPT = '/usr/bin/script';
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Whether this machine has what {@link runInTerminal} needs (util-linux). */
export const hasTerminals = process.platform === 'linux' && existsSync(SCRIPT);

/** The real command in a terminal of its own. Gives what it wrote there, escape sequences included. */
export async function runInTerminal(args: readonly string[], env: Record<string, string>): Promise<string> {
  const command = quoted([process.execPath, '--conditions=@stream-aligner/source', MAIN, ...args]);
  const { stdout } = await promisify(execFile)(SCRIPT, ['-qec', command, '/dev/null'], {
    env: { PATH: process.env['PATH'], TERM: 'xterm', ...env },
  });
  return stdout;
}
