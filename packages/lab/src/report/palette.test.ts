import { describe, expect, it } from 'vitest';
import { type ColourName, lookOf, PALETTE } from './palette.ts';

/** Relative luminance and contrast as WCAG 2 defines them. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe.each(['light', 'dark'] as const)('the %s palette', (shade) => {
  const between = (one: ColourName, other: ColourName) =>
    contrast(PALETTE[one][shade], PALETTE[other][shade]);

  it.each<[ColourName, ColourName[]]>([
    ['ink', ['paper', 'card', 'old-back', 'new-back']],
    ['quiet', ['paper', 'card']],
    ['link', ['paper']],
    ['old', ['paper', 'card', 'old-back']],
    ['new', ['paper', 'card', 'new-back']],
    ['warn', ['paper', 'warn-back']],
  ])('has text in %s that can be read', (text, grounds) => {
    for (const ground of grounds) expect(between(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it('has series that stand out', () => {
    for (const name of ['s-1', 's-2', 's-3', 's-4', 's-5', 's-6', 'neutral'] as const)
      expect(between(name, 'paper')).toBeGreaterThanOrEqual(3);
  });
});

it('tells twelve series apart without hue', () => {
  const looks = Array.from({ length: 12 }, (_, index) => lookOf(index));
  expect(new Set(looks.map(({ symbol, dash }) => `${symbol} ${dash}`)).size).toBe(12);
});

it('has no colour twice, so that a style can turn each into its dark shade', () => {
  const light = Object.values(PALETTE).map((shades) => shades.light);
  expect(new Set(light).size).toBe(light.length);
});
