import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOGS = fileURLToPath(new URL('../../../.cache/servers', import.meta.url));
/** vLLM takes a minute on a busy machine. */
const START_MS = 240_000;

export interface ServerProcess {
  pid: number;
  /** What `started` matched in its output. */
  match: RegExpMatchArray;
  /** Ends it without a warning, as a crash would. */
  kill(): Promise<void>;
  /** Asks it to end, and waits until it has. */
  close(): Promise<void>;
}

/** Starts a server and waits for the line that says that it listens. Its output goes to a log file in `.cache/servers`. */
export async function startProcess(
  command: string,
  args: readonly string[],
  { name, started, env = {} }: { name: string; started: RegExp; env?: Record<string, string> },
): Promise<ServerProcess> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
  });
  await mkdir(LOGS, { recursive: true });
  const path = join(LOGS, `${name}-${child.pid}.log`);
  const log = createWriteStream(path);
  // A test run that is broken off leaves no server behind.
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => log.end(resolve));
    child.once('error', () => resolve());
  }).finally(() => process.off('exit', onExit));
  const stop = async (signal: NodeJS.Signals) => {
    if (running(child)) child.kill(signal);
    await ended;
  };
  let output: string | null = '';
  const match = await new Promise<RegExpMatchArray>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} did not start; see ${path}`)), START_MS);
    const settle = (result: () => void) => {
      clearTimeout(timer);
      result();
    };
    child.once('error', (error) => settle(() => reject(error)));
    child.once('close', () => settle(() => reject(new Error(`${name} ended; see ${path}`))));
    const onData = (data: Buffer) => {
      log.write(data);
      if (output === null) return;
      output += String(data);
      const found = output.match(started);
      if (!found) return;
      output = null;
      settle(() => resolve(found));
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
  }).catch(async (error: unknown) => {
    await stop('SIGKILL');
    throw error;
  });
  return {
    pid: child.pid ?? 0,
    match,
    kill: () => stop('SIGKILL'),
    close: () => stop('SIGTERM'),
  };
}

function running({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
