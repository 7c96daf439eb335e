import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { writeReport } from '@stream-aligner/lab';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFakeRun } from '../../packages/lab/src/testing/fake-run.ts';
import { CHROMIUM, launch, openPage } from './support/chromium.ts';

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(1)>';

describe.skipIf(CHROMIUM === null)('the report of an evaluation, in Chromium', () => {
  let folder: string;
  let browser: Browser;
  let url: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stream-aligner-report-'));
    const small = { upstream: ['small', 900_000], aligner: ['aligner', 800_000] } as const;
    const runs = [
      await writeFakeRun(join(folder, 'one'), {
        count: 30,
        change: (result) => ({
          ...result,
          question: `${result.question} ${HOSTILE}`,
          answers: result.answers.map((answer) => ({ ...answer, text: `${answer.text} ${HOSTILE}` })),
        }),
      }),
      await writeFakeRun(join(folder, 'two'), { count: 30, seed: 2, ...small }),
    ];
    const { page } = await writeReport({ runs, out: join(folder, 'report') });
    url = pathToFileURL(page).href;
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('asks for nothing but itself, and complains of nothing, whatever models wrote', async () => {
    const { page, complaints, requests } = await openPage(browser);
    await page.goto(url);
    expect(await page.locator('#rows').innerText()).toContain('<script>alert(1)</script>');
    expect(complaints).toEqual([]);
    expect(requests).toEqual([url]);
  });

  it('is browsed by keyboard: a filter narrows what is shown, and says so', async () => {
    const { page } = await openPage(browser);
    await page.goto(url);
    const found = page.locator('#found');
    const before = await found.innerText();
    const search = page.locator('#filters input[type=search]');
    await search.focus();
    await page.keyboard.type('surely no question says this');
    await expect.poll(() => found.innerText()).not.toBe(before);
    expect(await page.locator('#rows').innerText()).not.toContain('alert');
  });

  it.each(['light', 'dark'] as const)('passes the checks of axe in %s', async (colorScheme) => {
    const { page } = await openPage(browser, { colorScheme });
    await page.goto(url);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
  });

  it('has other colours in the dark', async () => {
    const backgroundIn = async (colorScheme: 'light' | 'dark') => {
      const { page } = await openPage(browser, { colorScheme });
      await page.goto(url);
      return page.evaluate('getComputedStyle(document.body).backgroundColor');
    };
    expect(await backgroundIn('dark')).not.toBe(await backgroundIn('light'));
  });

  it('fits a phone: nothing but tables and figures scrolls sideways', async () => {
    const { page } = await openPage(browser, { viewport: { width: 380, height: 800 } });
    await page.goto(url);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(380);
  });

  it('prints light, with everything opened and no controls', async () => {
    const { page } = await openPage(browser, { colorScheme: 'dark' });
    await page.goto(url);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#filters').isVisible()).toBe(false);
    const tables = page.locator('details table');
    expect(await tables.count()).toBeGreaterThan(0);
    const background = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
    expect(background).toMatch(/rgb\(255, 255, 255\)|rgba\(0, 0, 0, 0\)/);
    expect((await page.pdf()).length).toBeGreaterThan(50_000);
  });
});
