import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  /** Where the real servers are; null for one that is not here, whose tests are skipped. */
  interface ProvidedContext {
    llamaServer: string | null;
    /** Python environments. */
    litellm: string | null;
    vllm: string | null;
    redis: string | null;
    /** Its `initdb`; the server is beside it. */
    postgres: string | null;
  }
}

/** Looks for the real servers, and says which tests are skipped for want of one. */
export default function findServers(project: TestProject): void {
  const named = process.env['STREAM_ALIGNER_LLAMA_SERVER'];
  if (named) accessSync(named, constants.X_OK);
  project.provide('llamaServer', named || find('llama-server', 'build-llama-server'));
  project.provide('litellm', find('LiteLLM', 'install-server', 'litellm'));
  project.provide('vllm', find('vLLM', 'install-server', 'vllm'));
  project.provide('redis', find('Redis', 'install-debian', 'redis-server'));
  project.provide('postgres', find('PostgreSQL', 'install-debian', 'postgresql'));
}

/** What a tool of ours has put into the cache. */
function find(title: string, tool: string, ...args: string[]): string | null {
  const script = fileURLToPath(new URL(`../../../tools/${tool}`, import.meta.url));
  try {
    return execFileSync(script, [...args, '--find'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    const command = ['tools', tool].join('/');
    process.stdout.write(
      `There is no ${title} here: its tests are skipped. \`${[command, ...args].join(' ')}\` installs it.\n`,
    );
    return null;
  }
}
