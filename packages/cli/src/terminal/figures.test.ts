import { describe, expect, it } from 'vitest';
import { count, duration, fileSize } from './figures.ts';
import { quoted } from './quoted.ts';
import { sparkline } from '../train/sparkline.ts';

describe('figures for a person', () => {
  it.each([
    [0, '0 s'],
    [89, '89 s'],
    [90, '2 min'],
    [5300, '88 min'],
    [5400, '1 h 30 min'],
    [90_000, '25 h 0 min'],
  ])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [812_345, '812 kB'],
    [3_140_000_000, '3.1 GB'],
  ])('%d bytes are %s', (bytes, text) => expect(fileSize(bytes)).toBe(text));

  it.each([
    [999, '999'],
    [12_345, '12,345'],
    [1_234_567, '1.23 M'],
    [494_000_000, '494.0 M'],
    [7_600_000_000, '7.60 B'],
  ])('%d are %s', (value, text) => expect(count(value)).toBe(text));
});

it('a sparkline spans its values, averaged into its width', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 20)).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([0, 0, 7, 7], 2)).toBe('▁█');
  expect(sparkline([3, 3, 3], 8)).toBe('▁▁▁');
  expect(sparkline([], 8)).toBe('');
  expect(
    sparkline(
      Array.from({ length: 1000 }, (_, at) => at),
      10,
    ),
  ).toHaveLength(10);
});

it('a command for a shell quotes what the shell would read', () => {
  expect(quoted(['a', 'b c', "it's", 'x=1', '$HOME', '/p/q.yaml'])).toBe(
    `a 'b c' 'it'\\''s' x=1 '$HOME' /p/q.yaml`,
  );
});
