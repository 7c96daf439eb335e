import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { inject } from 'vitest';
import { freePort } from './free-port.ts';
import { startProcess } from './process.ts';

/** The program that makes a database's folder; null where PostgreSQL is not installed, and what needs it is skipped. */
export const initdb = inject('postgres');

/** Whom the server runs as where the tests run as root, which it refuses. The package makes this user. */
const USER = 'postgres';

export interface RunningPostgres {
  /** A new, empty database. */
  newDatabase(): string;
  /** Ends it as a crash would. */
  stop(): Promise<void>;
  /** Starts it again at the same address, with what it had. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A PostgreSQL that takes connections from this machine without a password, in a folder of its own. */
export async function startPostgres(): Promise<RunningPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-postgres-'));
  const port = await freePort();
  const bin = dirname(resolve(initdb ?? ''));
  const isRoot = process.getuid?.() === 0;
  const [command, before] = isRoot
    ? ['setpriv', [`--reuid=${USER}`, `--regid=${USER}`, '--clear-groups']]
    : [null, []];
  if (isRoot) {
    const idOf = (flag: string) => Number(execFileSync('id', [flag, USER], { encoding: 'utf8' }));
    await chown(folder, idOf('-u'), idOf('-g'));
  }
  await chmod(folder, 0o700);
  const argsOf = (program: string, args: readonly string[]): [string, string[]] => {
    const path = join(bin, program);
    return command === null ? [path, [...args]] : [command, [...before, path, ...args]];
  };
  const made = argsOf('initdb', ['-D', folder, '-U', 'tests', '-A', 'trust', '-E', 'UTF8', '--no-sync']);
  execFileSync(...made, { stdio: 'ignore', cwd: '/' });

  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const serverArgs = ['-D', folder, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])];
  const start = () =>
    startProcess(...argsOf('postgres', serverArgs), {
      name: 'postgres',
      started: /ready to accept connections/,
    });
  let running = await start();
  let databases = 0;
  return {
    newDatabase() {
      const name = `traces_${(databases += 1)}`;
      const [psql, args] = argsOf('psql', ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'tests', 'postgres']);
      execFileSync(psql, [...args, '-c', `create database ${name}`], { stdio: 'ignore', cwd: '/' });
      return `postgres://tests@127.0.0.1:${port}/${name}`;
    },
    stop: () => running.kill(),
    async start() {
      running = await start();
    },
    async close() {
      await running.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
