import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGateway, parseConfiguration, serveNode } from '@stream-aligner/gateway';
import type { BrowserContextOptions, Page } from 'playwright-core';
import buildPages from './build-pages.ts';
import { launch } from './chromium.ts';

/** `npm run screenshots`: the pictures of the guide, taken anew of the embedded pair. */
const IMAGES = fileURLToPath(new URL('../../../docs/images/', import.meta.url));

await buildPages();
const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-screenshots-'));
const text = JSON.stringify({
  server: { logLevel: 'silent' },
  traces: { url: `sqlite:${join(folder, 'traces.db')}` },
  models: { 'tiny-aligned': { upstream: 'tiny', aligner: 'tiny', overrides: 'any' } },
});
const gateway = createGateway({ configuration: parseConfiguration({ text, env: {} }) });
const served = await serveNode(gateway, { host: '127.0.0.1', port: 0 });
await gateway.warm();
const browser = await launch();
const context = (options: BrowserContextOptions) => browser.newContext({ locale: 'en-GB', ...options });

async function askMia(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Mia has 27/ }).click();
  await page.locator('.ending').waitFor();
  await page.getByRole('button', { name: /Show the draft/ }).click();
}

/** Takes a picture as WebP, which a browser can write and Playwright cannot. */
async function keep(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  const png = (await page.screenshot()).toString('base64');
  const drawing = await (await context({})).newPage();
  const url: string = await drawing.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png}';
    await image.decode();
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: image.width, height: image.height });
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.9);
  })()`);
  await writeFile(join(IMAGES, `${name}.webp`), Buffer.from(url.split(',')[1] ?? '', 'base64'));
}

const desktop = await (await context({ viewport: { width: 1200, height: 790 } })).newPage();
await desktop.goto(served.url);
await askMia(desktop);
await desktop.getByRole('button', { name: 'Compare with raw' }).click();
await desktop.locator('.ending').nth(1).waitFor();
await keep(desktop, 'playground');

const phone = await (await context({ viewport: { width: 390, height: 780 }, colorScheme: 'dark' })).newPage();
await phone.goto(served.url);
await askMia(phone);
await keep(phone, 'playground-phone');

const review = await (await context({ viewport: { width: 1000, height: 800 } })).newPage();
await review.goto(`${served.url}/traces`);
await review
  .getByRole('link', { name: /1 rewritten/ })
  .first()
  .click();
await review.getByRole('button', { name: 'Accept' }).first().click();
await review.getByText('You accepted this.').waitFor();
await review.getByRole('button', { name: 'Edit' }).first().click();
await keep(review, 'trace');

await browser.close();
await served.close();
await rm(folder, { recursive: true });
