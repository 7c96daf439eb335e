import { FONTS } from './svg.ts';

/** Turns the figures' files into pictures. */
export interface Painter {
  /** PNG of twice the figure's size, in the colours of paper. */
  paint(svg: string): Uint8Array;
}

/** Fonts that a system may have, the best for figures first. */
const FAMILIES = [
  'Inter',
  'Source Sans 3',
  'Segoe UI',
  'Helvetica Neue',
  'Helvetica',
  'Roboto',
  'Noto Sans',
  'Open Sans',
  'Arial',
  'Liberation Sans',
  'DejaVu Sans',
];

/**
 * Opens what paints, or says why it cannot: letters need a font, and a bare machine may have none.
 *
 * @param fontFiles - TrueType or OpenType fonts to use instead of the system's, the first for what has no other.
 */
export async function openPainter(fontFiles: readonly string[] = []): Promise<Painter | { cannot: string }> {
  const { Resvg } = await import('@resvg/resvg-js');
  const font = { loadSystemFonts: true, fontFiles: [...fontFiles] };
  /** How wide some letters come out; undefined: they do not come out at all. */
  const widthIn = (family: string) =>
    new Resvg(
      `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><text y="20" font-family="${family}">illi MWM 0</text></svg>`,
      { font },
    ).innerBBox()?.width;
  const fallback = widthIn('no such font');
  if (fallback === undefined) return { cannot: 'this machine has no font to set their text in' };
  // The library goes by the first family alone. What it falls back on is the first font given, else one with serifs.
  const own = fontFiles.length > 0 ? undefined : FAMILIES.find((name) => widthIn(name) !== fallback);
  const family = own ?? 'sans-serif';
  return {
    paint: (svg) =>
      new Resvg(svg.replace(`font-family="${FONTS}"`, `font-family="${family}"`), {
        font,
        fitTo: { mode: 'zoom', value: 2 },
      })
        .render()
        .asPng(),
  };
}
