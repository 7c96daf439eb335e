import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CHROMIUM, launch } from './support/chromium.ts';
import { listeningGateway, openAt, violationsOf } from './support/gateway.ts';

const WRONG = 'The second one says 3.14 in passing.';
const RIGHT = 'The second one says nothing in passing.';
const scripts = { aligner: ({ draft }: { draft: string }) => draft.replace('3.14', 'nothing') };
const models = {
  aligned: { upstream: 'scripted' },
  raw: { upstream: 'scripted', aligner: null },
  strict: { upstream: 'scripted', aligner: 'chatty', contract: 'instruct' as const },
};

/** A gateway that keeps traces and has answered questions of models. */
async function tracingGateway(
  asked: readonly (readonly [model: string, question: string])[],
  traces: Record<string, unknown> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-traces-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const url = `sqlite:${join(folder, 'traces.db')}`;
  const gateway = await listeningGateway({ models, scripts, traces: { url, ...traces } });
  for (const [model, content] of asked) await gateway.chat({ model, messages: [{ role: 'user', content }] });
  // Traces are written in the background.
  await expect
    .poll(async () => {
      const response = await fetch(`${gateway.url}/api/traces?limit=200`);
      const { data } = (await response.json()) as { data?: unknown[] };
      return data?.length ?? asked.length;
    })
    .toBe(asked.length);
  return gateway;
}

const rows = (page: Page) => page.locator('.traces > li');
const round = (page: Page, number: number) => page.locator('.rounds > li').nth(number - 1);

describe.skipIf(CHROMIUM === null)('the traces, in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it('are listed, searched and filtered', async () => {
    const gateway = await tracingGateway([
      ['aligned', 'What is a heron?'],
      ['raw', 'What is an otter?'],
      ['strict', 'What is a newt?'],
    ]);
    const { page, complaints } = await openAt(browser, `${gateway.url}/traces`);
    await page.getByText('3 traces', { exact: true }).waitFor();
    expect(await rows(page).locator('.question').allInnerTexts()).toEqual([
      'What is a newt?',
      'What is an otter?',
      'What is a heron?',
    ]);
    await page.getByLabel('Show').selectOption('rewritten');
    await page.getByText('1 trace', { exact: true }).waitFor();
    expect(await rows(page).innerText()).toContain('1 rewritten');
    await page.getByLabel('Show').selectOption('failed');
    await expect.poll(() => rows(page).locator('.question').allInnerTexts()).toEqual(['What is a newt?']);
    await page.getByLabel('Show').selectOption('all');
    await page.getByRole('combobox', { name: 'Model' }).selectOption('raw');
    await expect.poll(() => rows(page).locator('.question').allInnerTexts()).toEqual(['What is an otter?']);
    await page.getByRole('searchbox').fill('heron');
    await page.getByText('No trace matches.').waitFor();
    await page.getByRole('combobox', { name: 'Model' }).selectOption('');
    await expect.poll(() => rows(page).locator('.question').allInnerTexts()).toEqual(['What is a heron?']);
    expect(complaints).toEqual([]);
  });

  it('come a page at a time, and older ones on request', async () => {
    const asked = Array.from({ length: 33 }, (_, index) => ['raw', `Question ${index + 1}?`] as const);
    const gateway = await tracingGateway(asked);
    const { page } = await openAt(browser, `${gateway.url}/traces`);
    await page.getByText('30 traces, and older ones').waitFor();
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByText('33 traces', { exact: true }).waitFor();
    expect(await rows(page).last().locator('.question').innerText()).toBe('Question 1?');
    expect(await page.getByRole('button', { name: 'Older' }).count()).toBe(0);
  });

  it('are opened, accepted, rejected, edited and taken back', async () => {
    const gateway = await tracingGateway([['aligned', 'What is a heron?']]);
    const { page } = await openAt(browser, `${gateway.url}/traces`);
    await page.getByRole('link', { name: /heron/ }).click();
    await page.getByRole('heading', { name: 'What is a heron?' }).waitFor();
    expect(await round(page, 2).locator('del').innerText()).toBe('3.14');
    await round(page, 2).getByRole('button', { name: 'Accept' }).click();
    await round(page, 2).getByText('You accepted this.').waitFor();
    await round(page, 1).getByRole('button', { name: 'Reject' }).click();
    await round(page, 1).getByText('You rejected this.').waitFor();
    await round(page, 3).getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('What sentence 3 should say').fill('A third one follows.');
    await round(page, 3).getByRole('button', { name: 'Save' }).click();
    await round(page, 3).getByText('You wrote instead:').waitFor();
    await page.reload();
    await round(page, 3).getByText('A third one follows.').waitFor();
    await round(page, 1).getByRole('button', { name: 'Undo' }).click();
    await round(page, 1).getByRole('button', { name: 'Accept' }).waitFor();
    const id = new URL(page.url()).hash.slice(1);
    const trace = (await (await fetch(`${gateway.url}/api/traces/${id}`)).json()) as { feedback: unknown[] };
    expect(trace.feedback).toEqual([
      { round: 2, verdict: 'accepted', at: expect.any(String) },
      { round: 3, verdict: 'edited', text: 'A third one follows.', at: expect.any(String) },
    ]);
    await page.getByRole('link', { name: 'All traces' }).click();
    await page.getByText('2 sentences reviewed').waitFor();
  });

  it('are reviewed by keyboard alone, and the focus is never lost', async () => {
    const gateway = await tracingGateway([['aligned', 'What is a heron?']]);
    const { page } = await openAt(browser, `${gateway.url}/traces`);
    await page.getByRole('link', { name: /heron/ }).press('Enter');
    await page.getByRole('heading', { name: 'What is a heron?' }).waitFor();
    const focused = () => page.evaluate('document.activeElement?.textContent ?? ""');
    await expect.poll(focused).toBe('What is a heron?');
    for (let times = 0; times < 20 && (await focused()) !== 'Accept'; times += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('Undo');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('Accept');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement?.tagName')).toBe('TEXTAREA');
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('Accept');
  });

  it('say why an edit is refused, and keep what was written', async () => {
    const gateway = await tracingGateway([['aligned', 'What is a heron?']]);
    const { page } = await openAt(browser, `${gateway.url}/traces`);
    await page.getByRole('link', { name: /heron/ }).click();
    await round(page, 2).getByRole('button', { name: 'Edit' }).click();
    expect(await page.getByLabel('What sentence 2 should say').inputValue()).toBe(RIGHT);
    await page.getByLabel('What sentence 2 should say').fill('x'.repeat(5_000));
    await round(page, 2).getByRole('button', { name: 'Save' }).click();
    await round(page, 2)
      .getByRole('alert')
      .getByText(/^Not saved\./)
      .waitFor();
    expect(await page.getByLabel('What sentence 2 should say').inputValue()).toHaveLength(5_000);
  });

  it('are off by default, and the page says how to turn them on', async () => {
    const gateway = await listeningGateway({ models });
    const { page } = await openAt(browser, `${gateway.url}/traces`);
    const notice = page.getByRole('alert');
    await notice.getByText('Traces are off').waitFor();
    expect(await notice.innerText()).toContain('traces: {}');
  });

  it('ask for the key of whoever may read them', async () => {
    const gateway = await tracingGateway([], { keys: ['reviewers-key'] });
    await gateway.chat({ model: 'raw', messages: [{ role: 'user', content: 'What is a heron?' }] });
    const { page } = await openAt(browser, `${gateway.url}/traces`);
    await page.getByText('An API key is needed').waitFor();
    await page.getByLabel('API key').fill('reviewers-key');
    await page.getByRole('button', { name: 'Use this key' }).click();
    await page.getByRole('searchbox').waitFor();
    await expect
      .poll(async () => {
        await page.reload();
        await page.getByRole('searchbox').waitFor();
        return page.getByText('What is a heron?').count();
      })
      .toBe(1);
  });

  it('show what was withheld when the aligner failed, to be written anew', async () => {
    const gateway = await tracingGateway([['strict', 'What is a newt?']]);
    const { page } = await openAt(browser, `${gateway.url}/traces`);
    await page.getByRole('link', { name: /newt/ }).click();
    await round(page, 1).getByText('Withheld').waitFor();
    await round(page, 1).getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('What sentence 1 should say').fill('A first one stands.');
    await round(page, 1).getByRole('button', { name: 'Save' }).click();
    await round(page, 1).getByText('You wrote instead:').waitFor();
  });

  it('show no texts where none are kept', async () => {
    const gateway = await tracingGateway([['aligned', 'What is a heron?']], { texts: 'none' });
    const { page } = await openAt(browser, `${gateway.url}/traces`);
    await page.getByRole('link', { name: /Its texts were not kept/ }).click();
    await page.getByText('The configuration keeps no texts').waitFor();
    expect(await page.locator('.rounds .head b').allInnerTexts()).toEqual([
      'Kept',
      'Rewritten',
      'Kept',
      'Kept',
    ]);
    expect(await page.content()).not.toContain(WRONG);
    expect(await page.getByRole('button', { name: 'Edit' }).count()).toBe(0);
  });

  it('do nothing that a hostile question wants', async () => {
    const hostile = '<img src=x onerror=alert(1)> ![](http://127.0.0.1:9/x.png)';
    const gateway = await tracingGateway([['aligned', hostile]]);
    const { page, complaints, requests } = await openAt(browser, `${gateway.url}/traces`);
    await page.getByRole('link', { name: /onerror/ }).click();
    await page.getByRole('heading', { name: hostile }).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(`${gateway.url}/`))).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'pass the checks of axe in %s, and fit a phone',
    async (colorScheme) => {
      const gateway = await tracingGateway([
        ['aligned', 'What is a heron?'],
        ['strict', 'What is a newt?'],
      ]);
      const viewport = { width: 360, height: 740 };
      const { page } = await openAt(browser, `${gateway.url}/traces`, { colorScheme, viewport });
      const width = () => page.evaluate('document.documentElement.scrollWidth');
      await page.getByText('2 traces', { exact: true }).waitFor();
      expect(await violationsOf({ page })).toEqual([]);
      expect(await width()).toBe(viewport.width);
      await page.getByRole('link', { name: /heron/ }).click();
      await round(page, 1).getByRole('button', { name: 'Accept' }).click();
      await round(page, 1).getByText('You accepted this.').waitFor();
      await round(page, 2).getByRole('button', { name: 'Edit' }).click();
      await page.getByText('The timeline in words').click();
      expect(await violationsOf({ page })).toEqual([]);
      expect(await width()).toBe(viewport.width);
    },
  );
});
