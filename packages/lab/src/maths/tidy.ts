import { closingBrace } from './brackets.ts';

/** Signs that have a name in LaTeX, or another sign that means the same. */
const SIGNS: Readonly<Record<string, string>> = {
  '−': '-',
  '–': '-',
  '×': '\\times ',
  '÷': '/',
  '·': '\\cdot ',
  '⋅': '\\cdot ',
  π: '\\pi ',
  θ: '\\theta ',
  '∞': '\\infty ',
  '±': '\\pm ',
  '≤': '\\le ',
  '≥': '\\ge ',
  '≠': '\\ne ',
  '∪': '\\cup ',
  '∩': '\\cap ',
  '∈': '\\in ',
  '∅': '\\emptyset ',
  '°': '^\\circ ',
  '²': '^2',
  '³': '^3',
  '½': '\\frac{1}{2}',
  '¼': '\\frac{1}{4}',
  '¾': '\\frac{3}{4}',
  '“': '"',
  '”': '"',
  '’': "'",
  '\u00a0': ' ',
  '\u2009': ' ',
  '\u202f': ' ',
};
const SIGN = new RegExp(`[${Object.keys(SIGNS).join('')}]`, 'g');

/** Commands that change how a formula looks and not what it says. */
const LOOKS =
  /\\(?:left|right)(?![a-zA-Z])\.?|\\(?:[bB]igg?[lrm]?|displaystyle|textstyle|limits|quad|qquad)(?![a-zA-Z])/g;

const RENAMED: readonly [from: RegExp, to: string][] = [
  [/\\[dtc]frac(?![a-zA-Z])/g, '\\frac'],
  [/\\leq(?:slant)?(?![a-zA-Z])/g, '\\le'],
  [/\\geq(?:slant)?(?![a-zA-Z])/g, '\\ge'],
  [/\\neq(?![a-zA-Z])/g, '\\ne'],
  [/\\(?:varnothing|O)(?![a-zA-Z])/g, '\\emptyset'],
  [/\\lbrace(?![a-zA-Z])/g, '\\{'],
  [/\\rbrace(?![a-zA-Z])/g, '\\}'],
  [/\\lbrack(?![a-zA-Z])/g, '['],
  [/\\rbrack(?![a-zA-Z])/g, ']'],
  [/\\(?:langle|lparen)(?![a-zA-Z])/g, '('],
  [/\\(?:rangle|rparen)(?![a-zA-Z])/g, ')'],
  [/\\(?:lvert|rvert|vert|mid)(?![a-zA-Z])/g, '|'],
  [/\\(?:degrees?)(?![a-zA-Z])|\^\s*\{\s*\\circ\s*\}/g, '^\\circ '],
  [/\\mathrm\{i\}|\\imath(?![a-zA-Z])/g, 'i'],
  [/\\mathrm\{e\}/g, 'e'],
  [/\*\*/g, '^'],
  // LaTeX itself reads only the first digit, and nobody means that.
  [/\^(\d{2,})/g, '^{$1}'],
  [/\*/g, '\\cdot '],
  // Names of functions as plain text has them.
  [
    /(?<![a-zA-Z\\])(sqrt|sin|cos|tan|cot|sec|csc|ln|log|exp|pi|arcsin|arccos|arctan|infinity)(?![a-zA-Z])/g,
    '\\$1',
  ],
  [/\+\s*\\infty|\\infinity/g, '\\infty'],
  [/√\s*(\d+(?:\.\d+)?|[a-z])/g, '\\sqrt{$1}'],
  [/(?:√|\\sqrt)\s*\(([^()]*)\)/g, '\\sqrt{$1}'],
];

/**
 * An answer in one spelling: without what encloses all of it (`$…$`, `\(…\)`, `\boxed{…}`, `**…**`), without spacing and
 * sizes, with LaTeX for signs, braces around the arguments of `\frac`, and no mark at the end. Words in `\text{…}` stay
 * marked: whether they are a unit is decided elsewhere.
 */
export function tidy(text: string): string {
  let tidied = text.replace(SIGN, (sign) => SIGNS[sign] ?? sign);
  // Between digits a small space groups thousands: 10,\!080 and 10\,080 and 10{,}080.
  tidied = tidied.replace(/(?<=\d),\s*\\!\s*(?=\d)|(?<=\d)\{,\}(?=\d{3})|(?<=\d)\\[,:;](?=\d{3})/g, '');
  tidied = withoutWrapping(tidied.replace(/(?<!\\)\\[!,:;> ]|~/g, ' ').replace(LOOKS, ''));
  for (const [from, to] of RENAMED) tidied = tidied.replace(from, to);
  return withoutWrapping(withBraces(tidied).replace(/\s+/g, ' '));
}

const WRAPPINGS: readonly RegExp[] = [
  /^\$\$(.*)\$\$$/s,
  /^\$((?:[^$\\]|\\.)*)\$$/s,
  /^\\\((.*)\\\)$/s,
  /^\\\[(.*)\\\]$/s,
  /^\*\*(.*)\*\*$/s,
  /^`(.*)`$/s,
  /^"([^"]*)"$/,
];

function withoutWrapping(text: string): string {
  let inner = text.trim();
  for (let depth = 0; depth < 8; depth += 1) {
    // A dot may stand inside of a wrapping or behind it.
    const bare = inner.replace(/(?<!\\)[.,;:]+$/, '').trim();
    const next = unwrapped(bare);
    if (next === null) return bare;
    inner = next.trim();
  }
  return inner;
}

function unwrapped(text: string): string | null {
  for (const wrapping of WRAPPINGS) {
    const inner = wrapping.exec(text)?.[1];
    if (inner !== undefined) return inner;
  }
  const command = /^\\(?:boxed|fbox|(?:math|text)(?:bf|rm|it)|text|mbox|boldsymbol)\s*(?=\{)/.exec(text)?.[0];
  if (command !== undefined && closingBrace(text, command.length) === text.length - 1)
    return text.slice(command.length + 1, -1);
  return text.startsWith('{') && closingBrace(text, 0) === text.length - 1 ? text.slice(1, -1) : null;
}

/** `\frac43`, `\frac{a}7` and `\frac 1{b}` with both arguments in braces. */
function withBraces(text: string): string {
  return text
    .replace(/\\frac\s*([^\s{\\])\s*(?=[^\s])/g, '\\frac{$1}')
    .replace(/(\\frac\s*\{[^{}]*\})\s*([^\s{}\\])/g, '$1{$2}')
    .replace(/\\frac\s+\{/g, '\\frac{');
}
