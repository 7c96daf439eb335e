import { hash } from 'node:crypto';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { ExampleResult } from '../eval/result.ts';
import { type FakeRunOptions, writeFakeRun } from '../testing/fake-run.ts';
import { temporaryFolder } from '../testing/folders.ts';
import type { Embedded } from './answers/embed.ts';
import { shareOut, writeReport } from './write-report.ts';

const HOSTILE = `</script><script>alert(1)</script><!-- ]]> </style><img src=x onerror=alert(1)> "'& \u202Eevil\u0000`;

async function reported(runs: readonly FakeRunOptions[], count = 8) {
  const folder = await temporaryFolder();
  const folders = await Promise.all(
    runs.map((run, index) =>
      writeFakeRun(join(folder, `run-${index}`), { worlds: ['manners'], count, ...run }),
    ),
  );
  const written = await writeReport({ runs: folders, out: join(folder, 'report'), title: 'A <title>' });
  const page = await readFile(written.page, 'utf8');
  const { document } = parseHTML(page);
  const data = JSON.parse(document.querySelector('#data')?.textContent ?? 'null') as Embedded;
  return { folder, folders, written, page, document, data };
}

const hostile = (result: ExampleResult): ExampleResult => ({
  ...result,
  id: `${result.id} ${HOSTILE}`,
  question: `${HOSTILE} ${result.question}`,
  strata: [...result.strata, HOSTILE],
  answers: result.answers.map((answer) => ({
    ...answer,
    text: answer.text === '' ? '' : `${HOSTILE} ${answer.text}`,
    ...(answer.sentences && {
      sentences: [
        { lead: '', draft: `Draft ${HOSTILE}`, text: `${HOSTILE} ` },
        ...answer.sentences.map((sentence) => ({ ...sentence, draft: `${sentence.draft} ${HOSTILE}` })),
      ],
    }),
    failed: HOSTILE,
  })),
});

describe('a report of hostile texts', () => {
  it('shows them, and lets none become markup', async () => {
    const plain = await reported([{}]);
    const { page, document, data } = await reported([
      { change: hostile, upstream: [HOSTILE, 1e6], aligner: [HOSTILE, 2e6], version: HOSTILE },
    ]);
    const tags = (of: typeof document) =>
      new Set([...of.querySelectorAll('*')].map((element) => element.localName));
    expect(tags(document)).toEqual(tags(plain.document).add('strong').add('em'));
    expect(document.querySelectorAll('script')).toHaveLength(2);
    expect(document.querySelectorAll('style')).toHaveLength(1);
    expect(
      [...document.querySelectorAll('*')]
        .flatMap((element) => [...element.attributes])
        .filter(({ name }) => name.startsWith('on') || name === 'src'),
    ).toEqual([]);
    for (const wrong of ['\u0000', '\u202E', 'alert(1)</script>']) expect(page).not.toContain(wrong);
    expect(data.examples[0]?.question).toContain('</script><script>alert(1)</script><!-- ]]>');
    expect(data.examples[0]?.question).toContain('[U+202E]evil[U+0000]');
    expect(document.querySelector('article h4')?.textContent).toContain('<img src=x onerror=alert(1)>');
  });
});

describe('a report', () => {
  it('is a page that asks nobody for anything, and lets in nothing but its own style and script', async () => {
    const { page, document } = await reported([{}]);
    expect(document.title).toBe('A <title>');
    const addresses = page.replaceAll('http://www.w3.org/2000/svg', '').match(/(?:https?:)?\/\/[\w.-]+/g);
    expect(addresses).toBeNull();
    const policy = document.querySelector('meta[http-equiv]')?.getAttribute('content') ?? '';
    const source = (selector: string) =>
      `'sha256-${hash('sha256', document.querySelector(selector)?.textContent ?? '', 'base64')}'`;
    expect(policy).toBe(
      `default-src 'none'; style-src ${source('head style')}; script-src ${source('script:not([type])')}; base-uri 'none'; form-action 'none'`,
    );
    expect(document.querySelectorAll('[style]')).toHaveLength(0);
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of document.querySelectorAll('nav a'))
      expect(ids).toContain(link.getAttribute('href')?.slice(1));
  });

  it('gives every colour that it uses two values', async () => {
    const { page, document } = await reported([{}]);
    const style = document.querySelector('head style')?.textContent ?? '';
    const [light = '', dark = ''] = [
      /:root \{ color-scheme: light dark; (.*?)\}/,
      /dark\) \{ :root \{(.*?)\}/,
    ].map((pattern) => pattern.exec(style)?.[1] ?? '');
    for (const [, name] of page.matchAll(/var\((--[\w-]+)\)/g)) {
      expect(light).toContain(`${name}: #`);
      expect(dark).toContain(`${name}: #`);
    }
  });

  it('draws each figure once as SVG and as PNG, titled and described', async () => {
    const { folder, document, written } = await reported(
      [{ worlds: ['sums', 'manners'] }, { worlds: ['sums', 'manners'], seed: 2, aligner: ['other', 9e6] }],
      6,
    );
    const figures = [...document.querySelectorAll('figure svg[role=img]')];
    const files = await readdir(join(folder, 'report', 'figures'));
    expect(files.filter((file) => file.endsWith('.svg'))).toHaveLength(figures.length);
    expect(written.figures).toHaveLength(files.length);
    const kinds = [
      'by-rounds-sums-right',
      'sizes-manners',
      'pipelines-sums-helpful-2',
      'distribution-manners-reward-1',
      'added-total-sums-2',
      'by-rounds-manners-judge-helpful',
      'by-rounds-sums-net-win-right',
      'distribution-manners-helpful-1',
    ];
    expect(figures.map(({ id }) => id)).toEqual(expect.arrayContaining(kinds));
    for (const figure of figures) {
      expect(figure.querySelector('title')?.textContent).not.toBe('');
      expect(figure.querySelector('desc')?.textContent).not.toBe('');
      expect(figure.getAttribute('aria-label')).not.toBe('');
    }
  });

  it('says it as it is: better, worse, or not told apart', async () => {
    const short = async (models: FakeRunOptions['models']) => {
      const { document } = await reported([{ models: { judgeBias: 0, ...models } }], 40);
      return document.querySelector('#short p')?.textContent;
    };
    expect(await short({ fixes: 0.9, spoils: 0 })).toContain('Aligned answers are better than raw ones');
    expect(await short({ fixes: 0, spoils: 0.9 })).toContain('Aligned answers are worse than raw ones');
    expect(await short({ fixes: 0, spoils: 0 })).toContain('cannot be told apart');
  });

  it('calls a position bias one, and names rows that were not read', async () => {
    const failures = [{ task: 'manners', at: 'my.jsonl:17', code: 'unreadable', reason: 'it is no <JSON>' }];
    const { document } = await reported([{ models: { judgeBias: 0.6 }, failures }], 40);
    const text = document.querySelector('main')?.textContent ?? '';
    expect(text).toContain('Position bias: it prefers the first text.');
    expect(text).toContain('my.jsonl:17');
    expect(text).toContain('it is no <JSON>');
  });

  it('spells out every loss, the worst first', async () => {
    const { document, data } = await reported([{ models: { fixes: 0, spoils: 0.5 } }], 40);
    const told = Number(/(\d+) of 40 worse/.exec(document.querySelector('#losses')?.textContent ?? '')?.[1]);
    const reasons = [...document.querySelectorAll('article.loss > p b')].map(
      ({ textContent }) => textContent,
    );
    expect(reasons).toHaveLength(told);
    expect(told).toBeGreaterThan(5);
    expect(reasons).toEqual(
      reasons.toSorted((one, other) => Number(/right/.test(other)) - Number(/right/.test(one))),
    );
    expect(data.examples).toHaveLength(40);
  });

  it('warns of runs that cannot be compared, and of damaged lines', async () => {
    const { folders, folder, written } = await reported([{}, { version: '9.9.9', seed: 2 }], 4);
    expect(written.notes.join()).toMatch(/different versions \(0\.1\.0, 9\.9\.9\)/);
    const [first = ''] = folders;
    await writeFile(join(first, 'results.jsonl'), '{"half\n');
    const again = await writeReport({ runs: [first], out: join(folder, 'again') });
    expect(again.notes.join()).toMatch(/could not be read.*: 1, the first at/);
    expect(again.notes.join()).toContain('results.jsonl:1');
  });

  it('does with a summary alone, with missing metrics, and with nothing at all', async () => {
    const { folders, folder } = await reported([{ worlds: ['sums'] }], 4);
    const [run = ''] = folders;
    await rm(join(run, 'results.jsonl'));
    const summary = JSON.parse(await readFile(join(run, 'summary.json'), 'utf8')) as {
      tasks: Record<string, unknown>[];
    };
    const page = async (change: (task: Record<string, unknown>) => object) => {
      await writeFile(
        join(run, 'summary.json'),
        JSON.stringify({ ...summary, tasks: summary.tasks.map(change) }),
      );
      const { page } = await writeReport({ runs: [run], out: join(folder, 'more') });
      return parseHTML(await readFile(page, 'utf8')).document;
    };
    expect((await page((task) => task)).querySelector('#answers')?.textContent).toContain(
      'only their summaries',
    );
    const judgedOnly = await page((task) => ({ ...task, metrics: [] }));
    expect(judgedOnly.querySelector('#short')?.textContent).toContain("Judge's net win rate (helpful)");
    const empty = await page((task) => ({ ...task, methods: [], strata: {}, examples: 0 }));
    expect(empty.querySelector('#short')?.textContent).toContain('There is nothing to compare');
    await writeFile(join(run, 'summary.json'), JSON.stringify({ ...summary, tasks: [] }));
    expect((await writeReport({ runs: [run], out: join(folder, 'none') })).notes).toEqual([
      'A run has no task.',
    ]);
  });

  it('stays below 3 MB', async () => {
    const long = (result: ExampleResult): ExampleResult => ({
      ...result,
      answers: result.answers.map((answer) => ({
        ...answer,
        text: `${answer.text} ${result.id}`.repeat(40),
      })),
    });
    const { written, data } = await reported([{ change: long }], 120);
    expect(written.bytes).toBeLessThan(3_000_000);
    expect(data.examples.length).toBeLessThan(120);
    expect(data.of).toBe(120);
  });
});

describe('a run that cannot be reported', () => {
  const failing = async (prepare: (folder: string) => Promise<string[]>) => {
    const folder = await temporaryFolder();
    return writeReport({ runs: await prepare(folder), out: join(folder, 'report') });
  };

  it.each<[string, (folder: string) => Promise<string[]>, RegExp]>([
    ['is not there', async (folder) => [join(folder, 'none')], /none is not there\. Give the folder/],
    [
      'is no run',
      async (folder) => [folder],
      /holds no run: there is neither summary\.json nor results\.jsonl/,
    ],
    [
      'is under way',
      async (folder) => {
        await writeFile(join(folder, 'results.jsonl'), '');
        return [folder];
      },
      /has not ended.*Wait for it.*goes on where it was/,
    ],
    [
      'is of another kind',
      async (folder) => {
        await writeFile(join(folder, 'summary.json'), '{"secret": 1}');
        return [folder];
      },
      /is not the summary of an evaluation/,
    ],
    ['is given twice', async (folder) => [folder, `${folder}/`], /given twice/],
    ['was not given', async () => [], /No run was given/],
  ])('%s', async (_, prepare, message) => {
    const failure = failing(prepare);
    await expect(failure).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringMatching(message),
    });
    await expect(failure).rejects.not.toThrow(/secret/);
  });
});

it('shares room out in turns', () => {
  const lists = [[1, 2, 3, 4, 5, 6], [1], [1, 2, 3]];
  shareOut(lists, 7);
  expect(lists.map(({ length }) => length)).toEqual([3, 1, 3]);
});
