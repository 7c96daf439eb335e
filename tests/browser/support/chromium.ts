import { spawnSync } from 'node:child_process';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** Where Chromium is, or null: `tools/install-debian chromium` puts it there. */
export const CHROMIUM: string | null = (() => {
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  process.stderr.write('There is no chromium, so pages are not tested: tools/install-debian chromium\n');
  return null;
})();

/** Starts it without a sandbox where that cannot be had: as root. */
export function launch(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error('there is no chromium');
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** What a page did that it must not: errors, refused content, requests. */
export interface Watched {
  page: Page;
  complaints: string[];
  requests: string[];
}

/** A page of its own, closed when the test is over, that notes what goes wrong in it. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  return { page, complaints, requests };
}
