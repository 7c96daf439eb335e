import type * as PlotModule from '@observablehq/plot';
import type { Markish, PlotOptions } from '@observablehq/plot';
import { showHidden } from '../../html/escape-html.ts';
import { markup, type Markup, trusted } from '../../html/markup.ts';
import { colour, type Look } from '../palette.ts';

/** A figure, in colours that are properties of where it stands: see `palette.ts`. */
export interface Figure {
  /** Its file's name without an ending. */
  name: string;
  title: string;
  /** What it shows, for who cannot see it. */
  description: string;
  width: number;
  height: number;
  /** What stands inside the root element. */
  content: Markup;
}

export interface LegendEntry {
  label: string;
  look: Look;
  /** Default: a line with the symbol on it. */
  as?: 'dot' | 'area';
}

export type PlotLibrary = typeof PlotModule;

/** Draws figures without a browser. */
export interface Drawing {
  Plot: PlotLibrary;
  figure(parts: FigureParts): Figure;
}

export interface FigureParts extends Pick<Figure, 'name' | 'title' | 'description'> {
  legend?: readonly LegendEntry[];
  /** Default 440. */
  width?: number;
  /** Of the plot alone. Default 270. */
  height?: number;
  plot: Omit<PlotOptions, 'width' | 'height' | 'document'>;
}

/** Opens the libraries, which take a while to load. */
export async function openDrawing(): Promise<Drawing> {
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');

  /** A plot's markup, without the styles and the class that no policy of ours would let through. */
  function render(options: PlotOptions, at: { y: number }): Markup {
    const root: unknown = Plot.plot({ ...options, document });
    const svg = root as SvgElement;
    svg.querySelector('style')?.remove();
    for (const name of ['class', 'font-family', 'style']) svg.removeAttribute(name);
    for (const [name, value] of Object.entries({ y: at.y, fill: colour('ink'), 'font-size': 12 }))
      svg.setAttribute(name, String(value));
    for (const element of svg.querySelectorAll('[aria-hidden], [aria-label]')) {
      element.removeAttribute('aria-hidden');
      element.removeAttribute('aria-label');
    }
    return trusted(showHidden(svg.outerHTML));
  }

  function figure({ legend = [], width = 440, height = 270, plot, ...about }: FigureParts): Figure {
    const places = placeLegend(legend, width);
    const legendHeight = places.length === 0 ? 0 : (places.at(-1)?.y ?? 0) + 18;
    const key =
      places.length > 0 &&
      render(
        { width, height: legendHeight, axis: null, ...PIXELS, marks: legendMarks(Plot, places) },
        { y: 0 },
      );
    const body = render({ ...plot, width, height }, { y: legendHeight });
    return { ...about, width, height: height + legendHeight, content: markup`${key}${body}` };
  }

  return { Plot, figure };
}

/** What is used here of an element that linkedom made. */
interface SvgElement {
  outerHTML: string;
  querySelector(selector: string): SvgElement | null;
  querySelectorAll(selector: string): Iterable<SvgElement>;
  remove(): void;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
}

const PIXELS = {
  margin: 0,
  x: { type: 'identity' },
  y: { type: 'identity' },
  symbol: { type: 'identity' },
} as const;

interface PlacedEntry extends LegendEntry {
  x: number;
  y: number;
}

const GLYPH = 26;
const ROW = 18;

/** Puts entries side by side, in as many rows as they need. */
function placeLegend(entries: readonly LegendEntry[], width: number): PlacedEntry[] {
  let [x, y] = [4, 12];
  return entries.map((entry) => {
    const wide = GLYPH + textWidth(entry.label) + 14;
    if (x > 4 && x + wide > width) [x, y] = [4, y + ROW];
    const placed = { ...entry, x, y };
    x += wide;
    return placed;
  });
}

/** About what a text of 12 pixels takes: no font can be asked here. */
export const textWidth = (text: string) => 6.6 * text.length;

const legendMarks = (Plot: PlotLibrary, entries: readonly PlacedEntry[]): Markish[] =>
  entries.flatMap(({ label, look, as, x, y }) => [
    as === 'area'
      ? Plot.rect([0], {
          x1: x,
          x2: x + 18,
          y1: y - 5,
          y2: y + 5,
          fill: look.colour,
          fillOpacity: 0.45,
          stroke: look.colour,
        })
      : as === 'dot'
        ? null
        : Plot.ruleY([y], { x1: x, x2: x + 18, stroke: look.colour, strokeWidth: 2, ...dashOf(look) }),
    as === 'area' ? null : Plot.dot([0], { x: x + 9, y, r: 4, fill: look.colour, symbol: look.symbol }),
    Plot.text([label], { x: x + GLYPH - 2, y, text: (text: string) => text, textAnchor: 'start' }),
  ]);

export const dashOf = ({ dash }: Look) => (dash === undefined ? {} : { strokeDasharray: dash });
