import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Shows a file in the person's browser. False if the system knows no way to. */
export function openInBrowser(path: string): Promise<boolean> {
  const url = pathToFileURL(resolve(path)).href;
  const [command, ...before] = OPENERS[process.platform] ?? ['xdg-open'];
  return new Promise((settle) => {
    const child = spawn(command, [...before, url], { stdio: 'ignore', detached: true });
    child.once('error', () => settle(false));
    child.once('spawn', () => {
      child.unref();
      settle(true);
    });
  });
}

const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  // "start" is a word of the shell, and takes a first quoted argument as a window's title.
  win32: ['cmd', '/c', 'start', ''],
};
