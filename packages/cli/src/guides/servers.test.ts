import { existsSync } from 'node:fs';
import { serverTypes } from '@stream-aligner/providers';
import { expect, it } from 'vitest';
import { repositoryPath, repositoryText } from '../testing/guides.ts';
import { serversTable } from '../testing/servers-table.ts';

const PAGE = 'docs/guide/servers.md';
const page = repositoryText(PAGE);
const START =
  '<!-- written by packages/cli/src/guides/servers.test.ts: `npx vitest run packages/cli/src/guides -u` -->';
const END = '<!-- end -->';

it('has the table that the declarations make', async () => {
  const [before = '', rest = ''] = page.split(START);
  const [, after = ''] = rest.split(END);
  expect(page).toContain(START);
  const written = `${before}${START}\n\n${serversTable()}\n\n${END}${after}`;
  await expect(written).toMatchFileSnapshot(repositoryPath(PAGE));
});

it('has a row for every kind of server and for the models in this process', () => {
  expect(rowsOf(page).map(([type]) => type)).toEqual([...serverTypes, 'local', 'tiny']);
});

/** What shows something, by the name that cells refer to it with. */
const proofs = new Map(
  [...page.matchAll(/^\[((?:real|played) \d+)\]: \.\.\/\.\.\/(\S+) "([^"]+)"$/gm)].map(
    ([, name = '', file = '', test = '']) => [name, { file, test }] as const,
  ),
);

it('refers only to tests that there are', () => {
  expect(proofs.size).toBeGreaterThan(10);
  for (const { file, test } of proofs.values()) {
    expect(existsSync(repositoryPath(file)), file).toBe(true);
    const text = repositoryText(file);
    const found = ["'", '"', '`'].some((quote) => text.includes(`${quote}${test}${quote}`));
    expect(found, `${file}: ${test}`).toBe(true);
  }
});

it('shows in each cell a test, and says which cells no real server was asked for', () => {
  for (const [, ...cells] of rowsOf(page)) {
    expect(cells).toHaveLength(3);
    for (const cell of cells) {
      const names = [...cell.matchAll(/\[([^\]]+)\]/g)].map(([, name = '']) => name);
      expect(names.length, cell).toBeGreaterThan(0);
      for (const name of names) expect(proofs.has(name), name).toBe(true);
      const real = names.some((name) => name.startsWith('real'));
      expect(cell.endsWith('by documentation only'), cell).toBe(!real);
    }
  }
});

/** The table's rows: each with its type, and then its three claims. */
function rowsOf(text: string): string[][] {
  const [, ...rows] = text.split('\n').filter((line) => /^\| [^|]+ \| `[\w-]+` \|/.test(line));
  return rows.map((row) => {
    const [, type = '', ...claims] = row.slice(2, -2).split(' | ');
    return [type.replaceAll('`', ''), ...claims];
  });
}
