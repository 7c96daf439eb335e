import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refuseOddShape } from './json-shape.ts';

const check = (json: string) => refuseOddShape(Buffer.from(json));
const levels = (count: number) => '['.repeat(count) + ']'.repeat(count);

describe('the shape of JSON', () => {
  it('is limited in depth', () => {
    expect(() => check(levels(64))).not.toThrow();
    expect(() => check(levels(65))).toThrow(/64 levels/);
    expect(() => check('{"a":'.repeat(65))).toThrow(/64 levels/);
  });

  it('is limited in values', () => {
    expect(() => check(`[${'0,'.repeat(150_000)}0]`)).not.toThrow();
    for (const value of ['0', '[]', '{}', '"x"'])
      expect(() => check(`[${`${value},`.repeat(250_000)}0]`)).toThrow(/200000 values/);
  });

  it('is not that of the text in it, whatever JSON it is', () => {
    const brackets = fc.string({
      unit: fc.constantFrom('[', '{', ',', '"', '\\', 'a', '\u{1f600}'),
      maxLength: 300,
    });
    fc.assert(
      fc.property(fc.array(fc.record({ text: brackets, more: fc.array(brackets) })), (value) => {
        expect(() => check(JSON.stringify(value))).not.toThrow();
      }),
    );
  });

  it('is told of anything that JSON can be', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 55, max: 64 }), (value, around) => {
        const json = '['.repeat(around) + JSON.stringify(value) + ']'.repeat(around);
        if (around + depthOf(value) > 64) expect(() => check(json)).toThrow(/levels/);
        else expect(() => check(json)).not.toThrow();
      }),
    );
  });

  it('is read at once, however bad it is', () => {
    const bad = [
      `"${'\\"'.repeat(2_500_000)}`,
      `"${'\\'.repeat(5_000_000)}"`,
      '"x",'.repeat(1_200_000),
      '['.repeat(5_000_000),
    ];
    const started = performance.now();
    for (const json of bad) {
      try {
        check(json);
      } catch {
        // Refused, which is as good.
      }
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
