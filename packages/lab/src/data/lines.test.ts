import fc from 'fast-check';
import { expect, it } from 'vitest';
import { temporaryFile } from '../testing/folders.ts';
import { type Line, readLines } from './lines.ts';

async function linesOf(content: string | Uint8Array, options = {}): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(await temporaryFile('lines', content), options)) lines.push(line);
  return lines;
}

it('gives every line with where it ends', async () => {
  expect(await linesOf('one\n\nthrée\r\nlast')).toEqual([
    { number: 1, end: 4, closed: true, text: 'one' },
    { number: 2, end: 5, closed: true, text: '' },
    { number: 3, end: 13, closed: true, text: 'thrée\r' },
    { number: 4, end: 17, closed: false, text: 'last' },
  ]);
  expect(await linesOf('')).toEqual([]);
});

it('loses nothing, whatever the text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), async (parts) => {
      const text = parts.map((part) => part.replaceAll('\uFEFF', '')).join('\n');
      const lines = await linesOf(text);
      const told = lines.map((line) => ('text' in line ? line.text : '?')).join('\n');
      expect(told + (text.endsWith('\n') ? '\n' : '')).toBe(text);
      expect(lines.at(-1)?.end ?? 0).toBe(Buffer.byteLength(text));
    }),
    { numRuns: 50 },
  );
});

it('says of a line that is too long or no UTF-8 that it is, and goes on', async () => {
  const content = Buffer.concat([
    Buffer.from('fine\n'),
    Buffer.from([0xff, 0xfe, 10]),
    Buffer.from('longer\nok\n'),
  ]);
  expect(await linesOf(content, { maxBytes: 5 })).toMatchObject([
    { text: 'fine' },
    { fault: 'the line is not valid UTF-8', end: 8 },
    { fault: 'the line is longer than 5 bytes', end: 15 },
    { text: 'ok' },
  ]);
});

it('holds no more of a line than is read of it', async () => {
  const [line] = await linesOf(Buffer.alloc(3_000_000, 'x'), { maxBytes: 1000 });
  expect(line).toMatchObject({ end: 3_000_000, closed: false, fault: expect.any(String) });
});

it('says which file cannot be read', async () => {
  await expect(readLines('/nowhere/at-all').next()).rejects.toMatchObject({
    code: 'invalid-request',
    message: '/nowhere/at-all cannot be read (ENOENT). Check that the path is right and readable.',
  });
});
