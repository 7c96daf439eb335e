import { expect, it } from 'vitest';
import { temporaryFile } from '../../testing/folders.ts';
import { openFileSource } from './file-source.ts';
import type { SourceItem } from './source.ts';

/** What a file gives: prompts as their text, and what could not be read with its place behind the folder. */
async function read(name: string, content: string, options = {}) {
  const path = await temporaryFile(name, content);
  const source = await openFileSource(path, options);
  const items: SourceItem[] = [];
  for await (const item of source.items()) items.push(item);
  const told = items.map((item) =>
    'prompt' in item
      ? item.prompt.messages.at(-1)?.content
      : { at: item.at.slice(path.length - name.length), fault: item.fault },
  );
  return { source, told };
}

it('reads JSON lines, and says of those that are none where they are', async () => {
  const { source, told } = await read(
    'a.jsonl',
    '\uFEFF{"prompt":"One?"}\r\n\n{"prompt":\n{"prompt":"Two?"}\n[1]\n"Three?"',
  );
  expect(told).toEqual([
    'One?',
    { at: 'a.jsonl:3', fault: 'it is not JSON' },
    'Two?',
    { at: 'a.jsonl:5', fault: 'the row is no JSON object' },
    'Three?',
  ]);
  expect(source.count).toBe(6);
  expect(source.description).toMatchObject({ bytes: 64, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

it('reads CSV with quotes, commas, line breaks and quotes inside fields', async () => {
  const text = 'Type,Question\r\na,"One, ""two""\nand three?"\r\nb,5" long?\r\nc,d,e\r\n\r\nf,Last?';
  const { source, told } = await read('q.csv', text);
  expect(told).toEqual([
    { at: 'q.csv:5', fault: 'the row has more or fewer fields than the header' },
    'One, "two"\nand three?',
    '5" long?',
    'Last?',
  ]);
  expect(source.count).toBeGreaterThan(0);
  expect((await read('q.tsv', 'prompt\tx\nOne?\t2\n')).told).toEqual(['One?']);
});

it('says what a quote that is never closed costs', async () => {
  const { told } = await read('q.csv', 'prompt\nOne?\n"Two?\nThree?\n');
  expect(told).toEqual([
    'One?',
    { at: expect.any(String), fault: expect.stringContaining('every row behind it is lost') },
  ]);
});

it('reads one JSON array, row by row', async () => {
  const { told, source } = await read(
    'alpaca.json',
    '[{"instruction":"One?","input":""},\n {"instruction":7}, {"instruction":"Two?"}]',
  );
  expect(told).toEqual(['One?', { at: 'alpaca.json, row 2', fault: 'the prompt is no text' }, 'Two?']);
  expect(source.count).toBeNull();
});

it('knows a file that has changed', async () => {
  const [one, other] = await Promise.all(
    ['{"prompt":"a"}\n', '{"prompt":"b"}\n'].map((text) => read('a.jsonl', text)),
  );
  expect(one?.source.description['sha256']).not.toBe(other?.source.description['sha256']);
});
