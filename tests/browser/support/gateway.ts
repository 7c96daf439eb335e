import { serveNode } from '@stream-aligner/gateway';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { onTestFinished } from 'vitest';
import {
  type ScriptedGateway,
  type ScriptedGatewayOptions,
  startScriptedGateway,
} from '../../../packages/gateway/src/testing/scripted-gateway.ts';
import { openPage, type Watched } from './chromium.ts';

/** A gateway that listens, in front of scripted models. */
export interface ListeningGateway extends ScriptedGateway {
  url: string;
  port: number;
  /** Takes it away, with every connection. */
  stop(): Promise<void>;
}

/** Serves a scripted gateway over real HTTP until the test is over. */
export async function listeningGateway({
  port = 0,
  ...options
}: ScriptedGatewayOptions & { port?: number } = {}): Promise<ListeningGateway> {
  const gateway = await startScriptedGateway({
    ...options,
    server: { drainMs: 0, ...options.server },
  });
  const served = await serveNode(gateway, { host: '127.0.0.1', port });
  const stop = () => served.close();
  onTestFinished(stop);
  return { ...gateway, url: served.url, port: served.port, stop };
}

/** A page of a gateway. */
export async function openAt(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const watched = await openPage(browser, options);
  await watched.page.goto(url);
  return watched;
}

/** Asks by the form of the playground. */
export async function askIn({ page }: Pick<Watched, 'page'>, question = 'What is it?'): Promise<void> {
  const field = page.getByLabel('Your question');
  await page.locator('aside option').first().waitFor({ state: 'attached' });
  await field.fill(question);
  await field.press('Enter');
}

/** What axe finds wrong with a page. */
export async function violationsOf({ page }: Pick<Watched, 'page'>): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
}
