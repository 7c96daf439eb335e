/** A text and how it was made. */
export type Variant = readonly [how: string, text: string];

const DRESSES: readonly (readonly [how: string, dress: (gold: string) => string])[] = [
  ['dfrac', (gold) => gold.replaceAll(/\\d?frac/g, '\\dfrac')],
  ['tfrac', (gold) => gold.replaceAll(/\\d?frac/g, '\\tfrac')],
  ['frac', (gold) => gold.replaceAll('\\dfrac', '\\frac')],
  ['slash', (gold) => gold.replace(/^(-?)\\d?frac\{(\d+)\}\{(\d+)\}$/, '$1$2/$3')],
  ['braces dropped', (gold) => gold.replaceAll(/\\frac\{(\d)\}\{(\d)\}/g, '\\frac$1$2')],
  ['braces added', (gold) => gold.replaceAll(/\\frac(\d)(\d)/g, '\\frac{$1}{$2}')],
  ['spaces', (gold) => gold.replaceAll(/([+=]|,(?!\\!|\d{3}))/g, ' $1 ')],
  ['thin spaces', (gold) => gold.replaceAll(', ', ',\\, ').replaceAll(' + ', '\\;+\\; ')],
  [
    'no spaces',
    (gold) => (/\\(?:text|begin)|\d \\frac/.test(gold) ? gold : gold.replaceAll(/(?<!\\[a-z]+) /g, '')),
  ],
  [
    'left and right',
    (gold) => gold.replaceAll(/(?<!\\left)\(/g, '\\left(').replaceAll(/(?<!\\right)\)/g, '\\right)'),
  ],
  ['no left and right', (gold) => gold.replaceAll(/\\left|\\right/g, '')],
  ['dot', (gold) => `${gold}.`],
  ['dollars', (gold) => `$${gold}$`],
  ['dollars and dot', (gold) => `$${gold}$.`],
  ['display', (gold) => `\\[ ${gold} \\]`],
  ['parentheses', (gold) => `\\(${gold}\\)`],
  ['box', (gold) => `\\boxed{${gold}}`],
  ['box in dollars', (gold) => `$\\boxed{${gold}}$`],
  ['bold', (gold) => `**${gold}**`],
  ['units dropped', (gold) => gold.replace(/\s*\\text\{ ?(?:degrees|cents)\}|\^\\circ|\\\$/g, '')],
  ['degrees in words', (gold) => gold.replace('^\\circ', ' degrees')],
  ['degrees in braces', (gold) => gold.replace('^\\circ', '^{\\circ}')],
  ['words without text', (gold) => gold.replace(/^\\text\{(\w+)\}$/, '$1')],
  ['words in another font', (gold) => gold.replace(/^\\text\{(\w+)\}$/, '\\textbf{$1}')],
  ['thousands', (gold) => gold.replace(/^\d{4,}$/, (digits) => Number(digits).toLocaleString('en-US'))],
  [
    'thousands in LaTeX',
    (gold) =>
      gold.replace(/^\d{4,}$/, (digits) => Number(digits).toLocaleString('en-US').replaceAll(',', '{,}')),
  ],
  [
    'no thousands',
    (gold) => (gold.includes('(') ? gold : gold.replaceAll(/(?<=\d),(?:\\! ?)?(?=\d{3})/g, '')),
  ],
  ['named', (gold) => (gold.includes('=') ? gold : `x = ${gold}`)],
  ['a function named', (gold) => (gold.includes('=') ? gold : `f(x)=${gold}`)],
  ['whole number as decimal', (gold) => gold.replace(/^-?\d{1,3}$/, '$&.0')],
  ['whole number as fraction', (gold) => gold.replace(/^-?\d{1,3}$/, '\\frac{$&}{1}')],
  ['with a sign', (gold) => gold.replace(/^\d/, '+$&')],
  ['base in braces', (gold) => gold.replace(/_(\d)$/, '_{$1}')],
  ['multiplication written', (gold) => gold.replaceAll(/(\d) ?\\sqrt/g, '$1 \\cdot \\sqrt')],
  ['square matrix brackets', (gold) => gold.replaceAll('pmatrix', 'bmatrix')],
  [
    'vector as a tuple',
    (gold) =>
      gold.replace(
        /\\begin\{pmatrix\}(.*)\\end\{pmatrix\}/,
        (_all, body: string) => `(${body.replaceAll('\\\\', ',')})`,
      ),
  ],
  ['set braces', (gold) => gold.replace(/^(\d),(-?\d)$/, '\\{$2, $1\\}')],
  ['plus and minus apart', (gold) => gold.replace(/^(.*)\\pm(.*)$/, '$1-$2, $1+$2')],
  ['sides swapped', (gold) => gold.replace(/^(.*) = (.*)$/, '$2 = $1')],
  [
    'terms swapped',
    (gold) =>
      gold.replace(
        /^(-?\d+) ([+-]) (\d+i)$/,
        (_all, re: string, sign: string, im: string) => `${sign === '-' ? '-' : ''}${im} + ${re}`,
      ),
  ],
];

/** Other ways to write an answer, as models do. */
export function rewritings(gold: string): Variant[] {
  const found = DRESSES.map(([how, dress]): Variant => [how, dress(gold)]).filter(
    ([, text]) => text !== gold,
  );
  const [, sign, top, bottom] = /^(-?)\\d?frac\{(\d+)\}\{(\d+)\}$/.exec(gold) ?? [];
  const ends = bottom !== undefined && /^(?:1|2|4|5|8|10|16|20|25|40|50|100|625)$/.test(bottom);
  if (ends) found.push(['decimal', `${sign}${Number(top) / Number(bottom)}`]);
  return found;
}

const SLIPS: readonly (readonly [how: string, slip: (gold: string) => string])[] = [
  [
    'sign flipped',
    (gold) => (gold.startsWith('-') ? gold.slice(1) : gold.replace(/^(?=[1-9\\](?!text|begin|left))/, '-')),
  ],
  ['a digit more', (gold) => gold.replace(/(?<!\^|\\frac\d|\})\d(?!.*\d)/, '$&1')],
  ['off by one', (gold) => gold.replace(/\d+/, (digits) => String(Number(digits) + 1))],
  ['last number off by one', (gold) => gold.replace(/\d+(?!.*\d)/, (digits) => String(Number(digits) + 1))],
  ['times ten', (gold) => gold.replace(/^-?\d+$/, (digits) => (digits === '0' ? digits : `${digits}0`))],
  ['point moved', (gold) => gold.replace(/^(\d)(\d+)$/, '$1.$2')],
  ['upside down', (gold) => gold.replace(/\\d?frac\{(\w+)\}\{(\w+)\}/, '\\frac{$2}{$1}')],
  ['tuple swapped', (gold) => gold.replace(/^(\\left)?\(\s*([^,]+),\s*([^,]+?)\s*(\\right)?\)$/, '($3,$2)')],
  ['closed', (gold) => gold.replace(/^\((.*)\)$/, '[$1]')],
  ['half open', (gold) => gold.replace(/\)$/, ']')],
  ['opened', (gold) => gold.replace(/\]$/, ')')],
  ['an item lost', (gold) => gold.replace(/,(?!\\!|\d{3})[^,]*?(?=\)?$)/, '')],
  ['exponent changed', (gold) => gold.replace(/\^(\d)/, (_all, digit: string) => `^${Number(digit) + 1}`)],
  ['root lost', (gold) => gold.replace(/\\sqrt\{(\d+)\}/, '$1')],
  ['another variable', (gold) => gold.replaceAll(/(?<![\\a-zA-Z])[xyrnka](?![a-zA-Z])/g, 'w')],
  ['pi lost', (gold) => gold.replace(/(\d)\\pi/, '$1')],
  ['i lost', (gold) => gold.replace(/(\d)i$/, '$1')],
  ['a sign within', (gold) => gold.replace(/(?<=\S) ?\+ ?/, ' - ')],
  ['minus within', (gold) => gold.replace(/(?<=\w) ?- ?(?=\w)/, ' + ')],
  ['another base', (gold) => gold.replace(/_\d$/, '_7')],
  ['base lost', (gold) => gold.replace(/_\d$/, '')],
  ['a root lost', (gold) => gold.replace('\\pm', '+')],
  ['cup lost', (gold) => gold.replace(/ \\cup.*$/, '')],
  ['cap for cup', (gold) => gold.replace('\\cup', '\\cap')],
  ['rows swapped', (gold) => gold.replace(/(\\begin\{pmatrix\})(.*?)\\\\(.*)(\\end)/, '$1$3\\\\$2$4')],
  ['another word', (gold) => gold.replace(/^\\text\{\w+\}$/, '\\text{other}')],
  ['another unit', (gold) => gold.replace(/cents/, 'dollars')],
  ['a letter', (gold) => gold.replace(/^\d+$/, 'x')],
];

/** Wrong answers that look like the right one. Never the same value in another spelling. */
export function nearMisses(gold: string): Variant[] {
  return SLIPS.map(([how, slip]): Variant => [how, slip(gold)]).filter(([, text]) => text !== gold);
}
