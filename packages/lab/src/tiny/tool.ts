import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const CLI = path.resolve(import.meta.dirname, '../../../cli/bin/stream-aligner.js');

/** A script that has other programs do its work. */
export interface Tool {
  /** Says what is done now, with the time. */
  say(text: string): void;
  /** Runs a program to its end. Several may speak at once, so every line says who speaks. Rejects where it fails. */
  run(name: string, file: string, args: readonly string[], options?: { cwd?: string }): Promise<void>;
  /** Runs another script of this repository. */
  script(file: string, args: readonly string[]): Promise<void>;
  /** Runs the stream-aligner command, as users run it. */
  command(name: string, args: readonly string[]): Promise<void>;
}

/** Runs `work`; hands signals on to what it has started, and makes a failure one line and the exit code 1. */
export async function runTool(title: string, work: (tool: Tool) => Promise<void>): Promise<void> {
  const running = new Set<ChildProcess>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      for (const child of running) child.kill(signal);
    });
  const run: Tool['run'] = async (name, file, args, { cwd = '.' } = {}) => {
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    for (const input of [child.stdout, child.stderr])
      createInterface({ input }).on('line', (line) => process.stderr.write(`  ${name}: ${line}\n`));
    const [code] = await once(child, 'close');
    running.delete(child);
    if (code !== 0) throw new Error(`${name} ended with exit code ${code}; its last lines say why.`);
  };
  const node = (name: string, file: string, args: readonly string[]) =>
    run(name, process.execPath, [...process.execArgv, file, ...args]);
  const say = (text: string) => {
    process.stderr.write(`${title} ${new Date().toISOString().slice(11, 19)} ${text}\n`);
  };
  try {
    await work({
      say,
      run,
      script: (file, args) => node(path.basename(file), file, args),
      command: (name, args) => node(name, CLI, args),
    });
  } catch (error) {
    process.stderr.write(`${title}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
