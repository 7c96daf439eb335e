import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

export interface CommandOptions {
  env?: Record<string, string>;
  /** Default: an empty folder. */
  cwd?: string;
  /** The standard input. Default: empty. */
  input?: string;
  /** A file or device that takes the standard output. Default: what {@link RunningCommand.stdout} gives. */
  stdout?: string;
}

/** The real command as a process of its own, from the sources. */
export interface RunningCommand {
  child: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  /** Resolves when the standard output holds what matches; rejects if the command ends before. */
  until(pattern: RegExp): Promise<RegExpMatchArray>;
  /** The exit code. */
  ended: Promise<number | null>;
}

export function startCommand(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const { env = {}, cwd = tmpdir(), input = '' } = options;
  const node = ['--conditions=@stream-aligner/source', MAIN, ...args];
  const redirected = ['-c', `exec "$0" "$@" > ${options.stdout}`, process.execPath, ...node];
  const [file, rest] = options.stdout === undefined ? [process.execPath, node] : ['sh', redirected];
  const child = spawn(file, rest, {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
  });
  let stdout = '';
  let stderr = '';
  let onOutput = () => {};
  child.stdout.on('data', (data) => {
    stdout += data;
    onOutput();
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        onOutput = () => {
          const match = stdout.match(pattern);
          if (match) resolve(match);
        };
        onOutput();
        void ended.then(() => reject(new Error(`the command ended before: ${stdout}${stderr}`)));
      }),
    ended,
  };
}

export async function runCommand(args: readonly string[], options: CommandOptions = {}) {
  const { ended, stdout, stderr } = startCommand(args, options);
  const code = await ended;
  return { code, stdout: stdout(), stderr: stderr() };
}

/** A file in a folder of its own, removed when the test is over. */
export async function temporaryFile(name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** A configuration file whose model `main` runs on a scripted server. */
export function scriptedConfiguration(
  baseUrl: string,
  { upstream = 'scripted', ...options }: Record<string, unknown> = {},
  recipe: Record<string, unknown> = {},
): Promise<string> {
  const text = JSON.stringify({
    upstreams: { big: { type: 'openai-compatible', baseUrl, model: upstream, ...options } },
    aligners: {
      small: { type: 'openai-compatible', baseUrl, model: 'scripted', contract: 'stream-aligner' },
    },
    models: { main: { upstream: 'big', aligner: 'small', ...recipe }, raw: { upstream: 'big' } },
  });
  return temporaryFile('gateway.yaml', text);
}
