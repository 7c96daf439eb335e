/** A colour by its two values: on paper and on a dark screen. */
interface Shades {
  light: string;
  dark: string;
}

/**
 * The report's colours. Texts reach a contrast of 4.5 on what they stand on, lines and dots of 3; the series differ in
 * lightness and have symbols of their own, so that nothing rests on hue.
 */
export const PALETTE = {
  paper: { light: '#ffffff', dark: '#15181c' },
  card: { light: '#f6f7f9', dark: '#1d2126' },
  ink: { light: '#1a1e23', dark: '#e8eaed' },
  quiet: { light: '#57606a', dark: '#a0a8b2' },
  line: { light: '#d5dae0', dark: '#383f47' },
  grid: { light: '#e7eaee', dark: '#2a2f36' },
  link: { light: '#0a58a8', dark: '#7db9ff' },
  old: { light: '#9b1c22', dark: '#ffb4b4' },
  'old-back': { light: '#fde7e7', dark: '#47191d' },
  new: { light: '#0b5a2c', dark: '#a6ebbf' },
  'new-back': { light: '#dcf5e4', dark: '#10391f' },
  warn: { light: '#7a4700', dark: '#ffcf87' },
  'warn-back': { light: '#fff3dc', dark: '#3d2c0c' },
  neutral: { light: '#6b737c', dark: '#98a1ab' },
  's-1': { light: '#005b9f', dark: '#62b5f6' },
  's-2': { light: '#c2500a', dark: '#ff9d5c' },
  's-3': { light: '#00795c', dark: '#43d3ab' },
  's-4': { light: '#a3377d', dark: '#f294cf' },
  's-5': { light: '#7d6608', dark: '#e0c650' },
  's-6': { light: '#3d4650', dark: '#c3cad2' },
} as const satisfies Record<string, Shades>;

export type ColourName = keyof typeof PALETTE;

/** A colour in markup: a property of the page, so that one drawing serves light and dark. */
export const colour = (name: ColourName) => `var(--${name})`;

const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'wye'] as const;

/** How a series looks. */
export interface Look {
  colour: string;
  symbol: (typeof SYMBOLS)[number];
  dash?: string;
}

const SERIES = ['s-1', 's-2', 's-3', 's-4', 's-5', 's-6'] as const;

/** The look of the nth series, from 0. From the seventh on, colours come again with dashes. */
export function lookOf(index: number): Look {
  const look = {
    colour: colour(SERIES[index % SERIES.length] ?? 's-1'),
    symbol: SYMBOLS[index % SYMBOLS.length] ?? 'circle',
  } as const;
  return index < SERIES.length ? look : { ...look, dash: '5 3' };
}

/** The palette as the properties that a style gives to its root. */
export const properties = (shade: keyof Shades): string =>
  Object.entries(PALETTE)
    .map(([name, shades]) => `--${name}: ${shades[shade]};`)
    .join(' ');
