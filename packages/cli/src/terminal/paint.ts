import { styleText } from 'node:util';

/** Colours for one output stream, or none. */
export interface Paint {
  readonly colours: boolean;
  (style: Parameters<typeof styleText>[0], text: string): string;
}

/** Whether to use colours: only on a terminal, and not where the person or the environment says no. */
export function usesColours(stream: { isTTY?: boolean }, wanted: boolean, env = process.env): boolean {
  return wanted && stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

export function createPaint(colours: boolean): Paint {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colours ? styleText(style, text, { validateStream: false }) : text;
  return Object.assign(paint, { colours });
}
