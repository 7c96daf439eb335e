import { markup, type Markup, trusted } from '../../html/markup.ts';
import { type ColourName, PALETTE } from '../palette.ts';
import type { Figure } from './drawing.ts';

/** A figure as a part of a page, which gives it its colours and says its title. */
export function inlineSvg({ name, title, description, width, height, content }: Figure): Markup {
  return markup`<svg
    xmlns="http://www.w3.org/2000/svg"
    id="${name}"
    role="img"
    aria-label="${title}. ${description}"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
  >
    <title>${title}</title>
    <desc>${description}</desc>
    ${content}
  </svg>`;
}

const MARGIN = 14;
const TITLE_LINE = 20;
const NOTE_LINE = 15;
/** The fonts of text in figures. */
export const FONTS = 'system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, DejaVu Sans, Arial, sans-serif';

/**
 * A figure as a file of its own. Its colours are those on paper, which every program shows; where the reader's system is
 * dark, a style turns each into its other shade.
 */
export function standaloneSvg(figure: Figure): string {
  const { title, description, width, height, content } = figure;
  const titles = wrap(title, Math.floor(width / 8));
  const notes = wrap(description, Math.floor(width / 5.9));
  const top = MARGIN + titles.length * TITLE_LINE + notes.length * NOTE_LINE + 8;
  const [fullWidth, fullHeight] = [width + 2 * MARGIN, height + top + MARGIN];
  const notesTop = MARGIN + titles.length * TITLE_LINE;
  const svg = markup`<svg
    xmlns="http://www.w3.org/2000/svg"
    role="img"
    aria-label="${title}. ${description}"
    viewBox="0 0 ${fullWidth} ${fullHeight}"
    width="${fullWidth}"
    height="${fullHeight}"
    font-family="${FONTS}"
  >
    <title>${title}</title>
    <desc>${description}</desc>
    ${DARK}
    <rect width="${fullWidth}" height="${fullHeight}" fill="var(--paper)" />
    <g font-size="16" font-weight="700" fill="var(--ink)">
      ${titles.map((line, at) => markup`<text x="${MARGIN}" y="${MARGIN + 14 + at * TITLE_LINE}">${line}</text>`)}
    </g>
    <g font-size="11.5" fill="var(--quiet)">
      ${notes.map((line, at) => markup`<text x="${MARGIN}" y="${notesTop + 12 + at * NOTE_LINE}">${line}</text>`)}
    </g>
    <svg x="${MARGIN}" y="${top}" width="${width}" height="${height}">${content}</svg>
  </svg> `;
  return svg.text.replace(/var\(--([\w-]+)\)/g, (all, name: string) =>
    isColour(name) ? PALETTE[name].light : all,
  );
}

const isColour = (name: string): name is ColourName => name in PALETTE;

const DARK = trusted(
  `<style>@media (prefers-color-scheme: dark) { ${Object.values(PALETTE)
    .map(({ light, dark }) => `[fill="${light}"] { fill: ${dark} } [stroke="${light}"] { stroke: ${dark} }`)
    .join(' ')} }</style>`,
);

/** Lines of at most about so many characters. */
function wrap(text: string, length: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < length) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
