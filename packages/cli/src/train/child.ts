import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { StreamAlignerError } from '@stream-aligner/core';

export interface ChildOptions {
  /** A program; it is started as it is, without a shell. */
  file: string;
  args: readonly string[];
  /** Default: that of this process. */
  env?: NodeJS.ProcessEnv;
  /** The file that takes the error stream; its folder is made. */
  log: string;
  onLine: (line: string) => void;
}

export interface Child {
  /** Asks the program to finish early (SIGINT). */
  interrupt(): void;
  /** Ends the program and everything it started, at once. */
  kill(): void;
  /** Resolves when the program has ended and its output is read; rejects with `configuration` if it cannot be started. */
  ended: Promise<Ending>;
}

export interface Ending {
  /** The exit code, or null after a signal. */
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Starts a program and reads its standard output line by line. */
export function startChild({ file, args, env = process.env, log, onLine }: ChildOptions): Child {
  mkdirSync(dirname(log), { recursive: true });
  const errors = openSync(log, 'a');
  // A process group of its own: a terminal sends Ctrl-C to its whole group, and the program would get it twice.
  const child = spawn(file, [...args], { env, detached: true, stdio: ['ignore', 'pipe', errors] });
  closeSync(errors);
  if (child.stdout !== null) createInterface({ input: child.stdout, crlfDelay: Infinity }).on('line', onLine);
  const ended = new Promise<Ending>((resolve, reject) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
    child.on('error', (cause: NodeJS.ErrnoException) => {
      if (child.pid === undefined) reject(cannotStart(file, cause));
    });
  });
  return {
    interrupt: () => child.kill('SIGINT'),
    kill: () => {
      if (child.pid !== undefined) killTree(child.pid);
    },
    ended,
  };
}

/** Launchers give their workers groups of their own, so the program's group alone is not enough. */
function killTree(root: number): void {
  for (const pid of [...descendants(root), -root]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

function descendants(root: number): number[] {
  const rows = processTable().map((row) => row.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    rows.flatMap(([pid = 0, ppid = 0]) => (ppid === parent ? [pid, ...below(pid)] : []));
  return below(root);
}

/** Lines of process and parent; none where a small container has no `ps`. */
function processTable(): string[] {
  try {
    return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  } catch {
    return [];
  }
}

function cannotStart(file: string, cause: NodeJS.ErrnoException): StreamAlignerError {
  const why = cause.code === 'ENOENT' ? 'there is no such program' : 'the system refused';
  return new StreamAlignerError(
    'configuration',
    `Cannot start ${file} (${cause.code ?? cause.name}): ${why}. Check the path, and that it may be executed.`,
    { cause },
  );
}
