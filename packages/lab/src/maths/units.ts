/** Names of a unit, the first of which stands for all of them. Only units between which a mistake is a wrong answer. */
const UNITS: readonly (readonly string[])[] = [
  ['dollar', 'dollars', 'usd', 'bucks'],
  ['cent', 'cents'],
  ['euro', 'euros'],
  ['pound', 'pounds', 'lb', 'lbs'],
  ['percent', 'per cent', 'percentage'],
  ['degree', 'degrees', 'deg'],
  ['radian', 'radians', 'rad'],
  ['millimeter', 'millimeters', 'millimetre', 'millimetres', 'mm'],
  ['centimeter', 'centimeters', 'centimetre', 'centimetres', 'cm'],
  ['meter', 'meters', 'metre', 'metres', 'm'],
  ['kilometer', 'kilometers', 'kilometre', 'kilometres', 'km'],
  ['inch', 'inches', 'in'],
  ['foot', 'feet', 'ft'],
  ['yard', 'yards', 'yd'],
  ['mile', 'miles', 'mi'],
  ['gram', 'grams', 'g'],
  ['kilogram', 'kilograms', 'kg'],
  ['ounce', 'ounces', 'oz'],
  ['second', 'seconds', 'sec', 's'],
  ['minute', 'minutes', 'min', 'mins'],
  ['hour', 'hours', 'hr', 'hrs', 'h'],
  ['day', 'days'],
  ['week', 'weeks'],
  ['month', 'months'],
  ['year', 'years'],
  ['morning', 'am', 'a.m', 'a.m.'],
  ['afternoon', 'pm', 'p.m', 'p.m.'],
];
const CANONICAL: ReadonlyMap<string, string> = new Map(
  UNITS.flatMap(([name = '', ...others]) => [name, ...others].map((other) => [other, name] as const)),
);

/** A quantity without what it is counted in. */
export interface Quantity {
  text: string;
  /** Its unit, where it is one that is known; null for none and for other words, as "apples". */
  unit: string | null;
}

const CURRENCY = /^([+-]?)\s*(?:\\?\$|(€)|(£))\s*(?=[+-]?\s*[\d.\\])/;
const POWER = String.raw`(?:\s*\^\s*\{?\d\}?)?`;
const MARKED = new RegExp(
  String.raw`^(.*\S)\s*\\(?:text|textrm|textit|textbf|mathrm|mbox|operatorname)\s*\{([^{}]*)\}${POWER}$`,
  's',
);
const PLAIN = new RegExp(String.raw`^(.*[\d)}\]])(\s*)([A-Za-z][A-Za-z\s./-]*)${POWER}$`, 's');

/**
 * Takes what a number or formula is counted in off it: currency before, words, `\text{…}`, "%" and degrees behind. Powers
 * of a unit ("cm^2", "square") are not told apart. One letter that is not marked as text is a variable, not a unit.
 */
export function splitUnit(text: string): Quantity {
  const [currency, sign = '', euro, pound] = CURRENCY.exec(text) ?? [];
  if (currency !== undefined) {
    const unit = euro !== undefined ? 'euro' : pound !== undefined ? 'pound' : 'dollar';
    return { text: sign + splitUnit(text.slice(currency.length)).text, unit };
  }
  const [, percent] = /^(.*[^\s\\])\s*\\?%[a-z ]*$/s.exec(text) ?? [];
  if (percent !== undefined) return { text: percent, unit: 'percent' };
  const [, angle] = /^(.*\S)\s*\^\s*\\circ\s*$/s.exec(text) ?? [];
  // The sine of an angle is no angle.
  if (angle !== undefined && !/\\[a-z]*(?:sin|cos|tan|cot|sec|csc)/.test(angle))
    return { text: angle.trim(), unit: 'degree' };
  const [, marked, words = ''] = MARKED.exec(text) ?? [];
  if (marked !== undefined && !/^\s*(?:and|or)\b|\d/.test(words))
    return { text: marked.trim(), unit: unitOf(words) };
  const [, plain, space, behind = ''] = PLAIN.exec(text) ?? [];
  if (plain === undefined) return { text, unit: null };
  const first = firstWord(behind);
  const known = first.length > 1 && CANONICAL.has(first);
  if (!known && (space === '' || first.length < 3)) return { text, unit: null };
  return { text: plain, unit: unitOf(behind) };
}

function unitOf(words: string): string | null {
  return CANONICAL.get(firstWord(words)) ?? null;
}

function firstWord(words: string): string {
  const bare = words
    .trim()
    .toLowerCase()
    .replace(/^(?:square|cubic|sq\.?|cu\.?|us)\s+/, '');
  return /^[a-z.]+/.exec(bare)?.[0] ?? '';
}
