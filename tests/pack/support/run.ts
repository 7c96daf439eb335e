import { execFile, spawn } from 'node:child_process';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program in `cwd` to its end. */
export function run(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...env }, timeout: 100_000, maxBuffer: 1e8 };
    execFile(command, args, options, (error, stdout, stderr) => {
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, stdout, stderr });
    });
  });
}

/** The installed `stream-aligner serve`, on any free port, once it answers. */
export async function serve(cwd: string): Promise<{ url: string; stop(): Promise<void> }> {
  const server = spawn(
    process.execPath,
    ['node_modules/stream-aligner/bin/stream-aligner.js', 'serve', '--port', '0'],
    {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const gone = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk;
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
      if (found) resolve(found);
    };
    server.stdout.on('data', listen);
    server.stderr.on('data', listen);
    server.once('exit', () => reject(new Error(`stream-aligner serve ended: ${said}`)));
  });
  return {
    url: `${url}/v1`,
    async stop() {
      server.kill('SIGTERM');
      await gone;
    },
  };
}
