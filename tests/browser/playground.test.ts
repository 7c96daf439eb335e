import { scriptAnswers } from '@stream-aligner/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, launch } from './support/chromium.ts';
import { askIn, listeningGateway, openAt, violationsOf } from './support/gateway.ts';

const WRONG = 'The second one says 3.14 in passing.';
const RIGHT = 'The second one says nothing in passing.';
const scripts = { aligner: ({ draft }: { draft: string }) => draft.replace('3.14', 'nothing') };
const models = {
  aligned: { upstream: 'scripted', overrides: 'any' },
  raw: { upstream: 'scripted', aligner: null },
};

const answerOf = (page: Page, name: string | RegExp = /Answer of/) => page.getByRole('group', { name });
const modelOf = (page: Page) => page.getByRole('combobox', { name: 'Model', exact: true });
const finished = (page: Page, name?: string | RegExp) =>
  answerOf(page, name)
    .getByText(/^Finished/)
    .waitFor();

describe.skipIf(CHROMIUM === null)('the playground, in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it('shows sentences as they come, before the answer ends, and what became of them', async () => {
    const gateway = await listeningGateway({ models: { slow: { upstream: 'slow' } }, scripts });
    const { page, complaints } = await openAt(browser, gateway.url);
    await askIn({ page });
    await gateway.models.until(({ openRequests }) => openRequests > 0);
    gateway.models.step(7);
    await answerOf(page).getByText('The first sentence stands.').waitFor();
    expect(await page.getByRole('button', { name: 'Stop' }).isVisible()).toBe(true);
    expect(
      await answerOf(page)
        .getByText(/Finished/)
        .count(),
    ).toBe(0);
    gateway.models.step(100);
    await finished(page);
    expect(await answerOf(page).locator('.text').innerText()).toContain(RIGHT);
    expect(await answerOf(page).locator('.ending').innerText()).toContain('3 kept · 1 rewritten');
    expect(await answerOf(page).locator('.timeline').innerText()).toContain('1 restart');
    expect(complaints).toEqual([]);
  });

  it('opens a rewritten sentence onto its draft, word by word', async () => {
    const gateway = await listeningGateway({ models, scripts });
    const { page } = await openAt(browser, gateway.url);
    await askIn({ page });
    await page.locator('mark').click();
    expect(await page.locator('del').innerText()).toBe('3.14');
    expect(await page.locator('ins').innerText()).toBe('nothing');
    await page.getByRole('button', { name: /Hide the draft of sentence 2/ }).click();
    expect(await page.locator('del').count()).toBe(0);
    await page.getByRole('button', { name: 'Round by round' }).click();
    expect(await page.locator('.rounds > li').count()).toBe(4);
  });

  it('compares with the raw answer, beside it', async () => {
    const gateway = await listeningGateway({ models, scripts });
    const { page } = await openAt(browser, gateway.url);
    await askIn({ page });
    await page.getByRole('button', { name: 'Compare with raw' }).click();
    await finished(page, 'Answer of aligned, raw');
    expect(await answerOf(page, 'Answer of aligned, raw').locator('.text').innerText()).toContain(WRONG);
    const boxes = await Promise.all(
      ['Answer of aligned', 'Answer of aligned, raw'].map((name) =>
        page.getByRole('group', { name, exact: true }).boundingBox(),
      ),
    );
    expect(boxes[0]?.y).toBe(boxes[1]?.y);
  });

  it('says plainly where the configuration has no raw answer to give', async () => {
    const gateway = await listeningGateway({ models: { strict: { upstream: 'scripted' } }, scripts });
    const { page } = await openAt(browser, gateway.url);
    await askIn({ page });
    await page.getByText(/does not let requests ask for its raw answer \(overrides: tighten\)/).waitFor();
    await page.getByLabel('Rounds').selectOption('0');
    await askIn({ page });
    await answerOf(page).getByText('The gateway refused the request').waitFor();
    await answerOf(page)
      .getByText(/does not let requests set stream_aligner.rounds/)
      .waitFor();
  });

  it('shows the answers of a model that tells nobody how they came about', async () => {
    const gateway = await listeningGateway({
      models: { closed: { upstream: 'scripted', overrides: 'none' } },
      scripts,
    });
    const { page } = await openAt(browser, gateway.url);
    await askIn({ page });
    await finished(page);
    expect(await answerOf(page).innerText()).toContain('not traced');
    expect(await page.getByLabel('Rounds').isDisabled()).toBe(true);
  });

  it('says that the gateway is lost, finds it again, and asks again', async () => {
    const first = await listeningGateway({ models, scripts });
    const { page } = await openAt(browser, first.url);
    await askIn({ page });
    await finished(page);
    await first.stop();
    await askIn({ page }, 'And now?');
    await answerOf(page).nth(1).getByText('Not finished. The gateway cannot be reached.').waitFor();
    await page.getByRole('alert').getByText('The gateway cannot be reached').waitFor();
    await listeningGateway({ models, scripts, port: first.port });
    await page.getByText('The gateway is back.').waitFor();
    await page.getByRole('button', { name: 'Ask again' }).click();
    await answerOf(page)
      .nth(1)
      .getByText(/^Finished/)
      .waitFor();
  });

  it('never shows an answer as finished whose stream broke', async () => {
    const gateway = await listeningGateway({ models: { cut: { upstream: 'slow' } }, scripts });
    const { page } = await openAt(browser, gateway.url);
    await askIn({ page });
    await gateway.models.until(({ openRequests }) => openRequests > 0);
    gateway.models.step(7);
    await answerOf(page).getByText('The first sentence stands.').waitFor();
    await gateway.stop();
    await answerOf(page)
      .getByText(/^Not finished/)
      .waitFor();
    expect(
      await answerOf(page)
        .getByText(/^Finished/)
        .count(),
    ).toBe(0);
    expect(await answerOf(page).getAttribute('class')).toContain('broken');
  });

  it('shows what the aligner withheld when it failed', async () => {
    const gateway = await listeningGateway({
      models: { strict: { upstream: 'scripted', aligner: 'chatty', contract: 'instruct', overrides: 'any' } },
    });
    const { page } = await openAt(browser, gateway.url);
    await askIn({ page });
    await answerOf(page).getByText('withheld').waitFor();
    await answerOf(page).getByText('aligner-unparsable').waitFor();
    await page.getByLabel('When the aligner fails').selectOption('pass');
    await askIn({ page });
    await finished(page);
    expect(await page.getByText('aligner failed').count()).toBe(4);
  });

  it('stops an answer, all the way to the upstream', async () => {
    const gateway = await listeningGateway({ models: { slow: { upstream: 'slow' } } });
    const { page } = await openAt(browser, gateway.url);
    await askIn({ page });
    await gateway.models.until(({ openRequests }) => openRequests > 0);
    gateway.models.step(7);
    await answerOf(page).getByText('The first sentence stands.').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await answerOf(page).getByText('Not finished: you stopped it.').waitFor();
    await gateway.models.until(({ openRequests }) => openRequests === 0);
    expect(gateway.models.requests.some(({ state }) => state === 'aborted')).toBe(true);
  });

  it('keeps the conversation across reloads, and an answer that was left is not finished', async () => {
    const gateway = await listeningGateway({
      models: { main: { upstream: 'scripted' }, slow: { upstream: 'slow' } },
    });
    const { page } = await openAt(browser, gateway.url);
    await askIn({ page }, 'First?');
    await finished(page);
    await modelOf(page).selectOption('slow');
    await askIn({ page }, 'Second?');
    await gateway.models.until(({ requests }) => requests.some(({ model }) => model === 'slow'));
    await page.reload();
    await page.getByRole('heading', { name: 'Second?' }).waitFor();
    expect(await page.getByRole('heading', { name: 'First?' }).isVisible()).toBe(true);
    await answerOf(page).nth(1).getByText('Not finished. The page was left.').waitFor();
    expect(await modelOf(page).inputValue()).toBe('slow');
    await page.getByRole('button', { name: 'New conversation' }).click();
    await page.reload();
    expect(await page.getByRole('heading', { name: 'First?' }).count()).toBe(0);
  });

  it('sends the conversation along, unless it is told not to', async () => {
    const gateway = await listeningGateway({ models: { main: { upstream: 'scripted' } } });
    const { page } = await openAt(browser, gateway.url);
    for (const question of ['First?', 'Second?']) {
      await askIn({ page }, question);
      await page
        .getByText(/^Finished/)
        .nth(question === 'First?' ? 0 : 1)
        .waitFor();
    }
    await page.getByLabel('Send the conversation so far').uncheck();
    await askIn({ page }, 'Third?');
    await page
      .getByText(/^Finished/)
      .nth(2)
      .waitFor();
    const lengths = gateway.models.requests
      .filter(({ question }) => !question.startsWith('##'))
      .map(({ body }) => (body as { messages: unknown[] }).messages.length);
    expect(lengths).toEqual([1, 3, 1]);
  });

  it('asks for the key that the gateway wants, and keeps it in the tab', async () => {
    const gateway = await listeningGateway({ models, server: { keys: ['a-good-key'] } });
    const { page } = await openAt(browser, gateway.url);
    await page.getByText('An API key is needed').waitFor();
    await page.getByLabel('API key').fill('a-good-key');
    await page.keyboard.press('Enter');
    await askIn({ page });
    await finished(page);
    const curl = page.getByText('As code');
    await curl.click();
    expect(await page.locator('.code').first().innerText()).toContain('$STREAM_ALIGNER_KEY');
    expect(await page.content()).not.toContain('a-good-key');
    await page.reload();
    await askIn({ page }, 'Again?');
    await answerOf(page)
      .nth(1)
      .getByText(/^Finished/)
      .waitFor();
  });

  it('goes by keyboard alone', async () => {
    const gateway = await listeningGateway({ models, scripts });
    const { page } = await openAt(browser, gateway.url);
    await page.locator('aside option').first().waitFor({ state: 'attached' });
    /** Presses a key until the focus is where it is wanted. */
    async function reach(key: string, wanted: string) {
      for (let times = 0; times < 30; times += 1) {
        await page.keyboard.press(key);
        if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(wanted)})`)) return;
      }
      expect.fail(`${key} does not lead to ${wanted}`);
    }
    await reach('Tab', '.skip');
    await page.keyboard.press('Enter');
    await reach('Tab', '#question');
    await page.keyboard.type('What is it?');
    await page.keyboard.press('Enter');
    await finished(page);
    expect(await page.evaluate('document.activeElement?.id')).toBe('question');
    await reach('Shift+Tab', '.toggle');
    await page.keyboard.press('Enter');
    expect(await page.locator('del').innerText()).toBe('3.14');
    await reach('Tab', 'aside select');
    await page.keyboard.press('ArrowDown');
    expect(await modelOf(page).inputValue()).toBe('raw');
  });

  it('tells a screen reader whole sentences, and how it ended', async () => {
    const gateway = await listeningGateway({ models: { slow: { upstream: 'slow' } }, scripts });
    const { page } = await openAt(browser, gateway.url);
    const log = page.getByRole('log');
    await page.evaluate(`
      globalThis.said = [];
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) for (const node of addedNodes) said.push(node.textContent);
      }).observe(document.querySelector('[role=log]'), { childList: true, subtree: true });
    `);
    await askIn({ page });
    await gateway.models.until(({ openRequests }) => openRequests > 0);
    gateway.models.step(200);
    await finished(page);
    expect(await page.evaluate('said')).toEqual([
      'The first sentence stands.',
      `rewritten: ${RIGHT}`,
      'A third follows.',
      'It ends here.',
      expect.stringMatching(/^Finished/),
    ]);
    expect(await log.getAttribute('aria-live')).toBe('polite');
  });

  it.each([
    ['a phone', { width: 360, height: 740 }],
    ['200 % zoom', { width: 640, height: 400 }],
  ])('fits %s: nothing scrolls sideways', async (_, viewport) => {
    const gateway = await listeningGateway({ models, scripts });
    const { page } = await openAt(browser, gateway.url, { viewport });
    const width = () => page.evaluate('document.documentElement.scrollWidth');
    await page.locator('aside option').first().waitFor({ state: 'attached' });
    expect(await width()).toBe(viewport.width);
    await askIn({ page });
    await page.getByRole('button', { name: 'Compare with raw' }).click();
    await page.getByRole('button', { name: /Show the draft/ }).click();
    await page.getByText('As code').first().click();
    await page.getByRole('button', { name: /^Settings/ }).click();
    expect(await page.getByLabel('Look-ahead').isVisible()).toBe(true);
    expect(await width()).toBe(viewport.width);
  });

  it('has other colours in the dark', async () => {
    const gateway = await listeningGateway({ models });
    const colourIn = async (colorScheme: 'light' | 'dark') => {
      const { page } = await openAt(browser, gateway.url, { colorScheme });
      return page.evaluate('getComputedStyle(document.body).backgroundColor');
    };
    expect(await colourIn('dark')).not.toBe(await colourIn('light'));
  });

  it('moves nothing for whoever wants that', async () => {
    const gateway = await listeningGateway({ models: { slow: { upstream: 'slow' } } });
    const movesIn = async (reducedMotion: 'reduce' | 'no-preference') => {
      const { page } = await openAt(browser, gateway.url, { reducedMotion });
      await askIn({ page });
      await page.locator('.caret').waitFor();
      return page.evaluate('document.getAnimations().length');
    };
    expect(await movesIn('no-preference')).toBe(1);
    expect(await movesIn('reduce')).toBe(0);
  });

  it.each(['light', 'dark'] as const)('passes the checks of axe in %s', async (colorScheme) => {
    const gateway = await listeningGateway({
      models: {
        ...models,
        failing: { upstream: 'scripted', aligner: 'chatty', contract: 'instruct', overrides: 'any' },
      },
      scripts,
    });
    const { page } = await openAt(browser, gateway.url, { colorScheme });
    await page.locator('aside option').first().waitFor({ state: 'attached' });
    expect(await violationsOf({ page })).toEqual([]);
    await askIn({ page });
    await page.getByRole('button', { name: 'Compare with raw' }).click();
    await page.getByRole('button', { name: /Show the draft/ }).click();
    await page.getByText('As code').first().click();
    await page.getByText('The timeline in words').first().click();
    await modelOf(page).selectOption('failing');
    await askIn({ page });
    await answerOf(page).getByText('withheld').waitFor();
    await page.getByLabel('When the aligner fails').selectOption('pass');
    await askIn({ page });
    await page.getByText('aligner failed').first().waitFor();
    await page.getByRole('button', { name: 'Round by round' }).last().click();
    expect(await violationsOf({ page })).toEqual([]);
  });

  it('does nothing that a hostile answer wants', async () => {
    const elsewhere = 'http://127.0.0.1:9/x.png';
    const long = `${'a'.repeat(50_000)} ${'b'.repeat(49_998)}.`;
    const hostile = [
      '<script>alert(1)</script><img src=x onerror=alert(1)>.',
      `[a link](javascript:alert(1)) and ![an image](${elsewhere}) and <img src="${elsewhere}">.`,
      'שלום עולם, זה משפט.',
      `</p></div><iframe src="${elsewhere}"></iframe><style>body{display:none}</style>.`,
      long,
    ].join('\n\n');
    const gateway = await listeningGateway({
      models: { main: { upstream: 'scripted' } },
      scripts: {
        upstream: scriptAnswers({ 'What is it?': hostile }),
        aligner: ({ draft }) => draft.replace('image', 'picture'),
      },
    });
    const { page, complaints, requests } = await openAt(browser, gateway.url);
    await askIn({ page });
    await finished(page);
    await page.getByRole('button', { name: /Show the draft/ }).click();
    expect(await page.locator('ins').first().innerText()).toBe('picture');
    const text = await answerOf(page).locator('.text').innerText();
    expect(text).toContain('<script>alert(1)</script><img src=x onerror=alert(1)>.');
    expect(text).toContain('a'.repeat(10_000));
    expect(await page.locator('.turn :is(script, img, iframe, a, style)').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(`${gateway.url}/`))).toEqual([]);
    await page.reload();
    await page.getByRole('heading', { name: 'What is it?' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('lets right-to-left text run from the right', async () => {
    const gateway = await listeningGateway({
      models: { main: { upstream: 'scripted' } },
      scripts: { upstream: () => 'שלום.' },
    });
    const { page } = await openAt(browser, gateway.url);
    await askIn({ page }, 'מה זה?');
    await finished(page);
    const rights = await page.evaluate(`
      ['.turn .question', '.answer .text span'].map((where) => {
        const range = document.createRange();
        const element = document.querySelector(where);
        range.selectNodeContents(element);
        const block = element.closest('.text, .question').getBoundingClientRect();
        return Math.round(block.right - range.getBoundingClientRect().right);
      })
    `);
    expect(rights).toEqual([0, 0]);
  });
});
