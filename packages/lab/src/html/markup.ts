import { escapeHtml } from './escape-html.ts';

/** HTML or SVG that is safe to put into a page: only {@link markup} and {@link trusted} make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What stands in a template: text and numbers are escaped, markup is taken as it is, nothing comes of the rest. */
export type Piece = string | number | Markup | null | undefined | false | readonly Piece[];

/** Markup from a template. Whatever is put in and is no markup itself becomes text, also inside quoted attributes. */
export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(strings.reduce((made, string, index) => made + render(pieces[index - 1]) + string));
}

/** Says of text that it is markup. Only for what this program wrote itself. */
export const trusted = (text: string) => new Markup(text);

function render(piece: Piece): string {
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'string') return escapeHtml(piece);
  if (typeof piece === 'number') return String(piece);
  if (Array.isArray(piece)) return piece.map(render).join('');
  return '';
}
