/** A number without any rounding: `top / bottom`, in lowest terms, `bottom` above 0. */
export interface Rational {
  top: bigint;
  bottom: bigint;
  /** How many digits it was written with: behind the point, and in all without leading zeros. Only of decimals. */
  written?: { decimals: number; digits: number };
}

/** More digits than any answer has; what is longer is compared as text. */
const MAX_DIGITS = 400;

const DECIMAL = String.raw`\d+\.?\d*|\.\d+`;
const SIGNED = String.raw`[+-]?\s*(?:${DECIMAL})`;
const NUMBER = new RegExp(String.raw`^([+-]?)\s*(${DECIMAL})$`);
const SCIENTIFIC = new RegExp(
  String.raw`^(${SIGNED})\s*(?:(?:\\times|\\cdot|x)\s*10\s*\^\s*\{?\s*([+-]?\d{1,2})\s*\}?|[eE]([+-]?\d{1,2}))$`,
);
const FRACTION = new RegExp(
  String.raw`^([+-]?)\s*(?:\\frac\{\s*(${SIGNED})\s*\}\s*\{\s*(${SIGNED})\s*\}|\(?(${SIGNED})\)?\s*/\s*\(?(${SIGNED})\)?)$`,
);
const MIXED = /^([+-]?)\s*(\d+)(?:\s*\\frac\{\s*(\d+)\s*\}\s*\{\s*(\d+)\s*\}|\s+(\d+)\/(\d+))$/;

/** Reads an integer, decimal, fraction, mixed number or power-of-ten notation of a tidy text; null for anything else. */
export function readRational(text: string): Rational | null {
  if (text.length > MAX_DIGITS) return null;
  const decimal = readDecimal(text);
  if (decimal !== null) return decimal;
  const mixed = MIXED.exec(text);
  if (mixed !== null) {
    const [, sign, whole = '', top = mixed[5] ?? '', bottom = mixed[6] ?? ''] = mixed;
    const part = ratio(BigInt(whole) * BigInt(bottom) + BigInt(top), BigInt(bottom));
    return sign === '-' && part !== null ? { ...part, top: -part.top } : part;
  }
  const fraction = FRACTION.exec(text);
  if (fraction !== null) {
    const [, sign, top = fraction[4] ?? '', bottom = fraction[5] ?? ''] = fraction;
    const [one, other] = [readDecimal(top), readDecimal(bottom)];
    if (one === null || other === null) return null;
    return ratio((sign === '-' ? -1n : 1n) * one.top * other.bottom, one.bottom * other.top);
  }
  const [, factor, power, exponent = power] = SCIENTIFIC.exec(text) ?? [];
  const base = readDecimal(factor ?? '');
  if (base === null || exponent === undefined) return null;
  const scale = 10n ** BigInt(Math.abs(Number(exponent)));
  return Number(exponent) < 0 ? ratio(base.top, base.bottom * scale) : ratio(base.top * scale, base.bottom);
}

function readDecimal(text: string): Rational | null {
  const [, sign, digits] = NUMBER.exec(text) ?? [];
  if (digits === undefined) return null;
  const [whole = '', part = ''] = digits.split('.');
  const read = ratio(BigInt(`${sign === '-' ? '-' : ''}${whole}${part}`), 10n ** BigInt(part.length));
  if (read === null || part === '') return read;
  const written = { decimals: part.length, digits: `${whole}${part}`.replace(/^0+/, '').length };
  return { ...read, written };
}

function ratio(top: bigint, bottom: bigint): Rational | null {
  if (bottom === 0n) return null;
  let [divisor, rest] = [magnitude(top), magnitude(bottom)];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  const sign = bottom < 0n ? -1n : 1n;
  return { top: (sign * top) / divisor, bottom: (sign * bottom) / divisor };
}

/** Whether both are the same number. */
export function sameRational(one: Rational, other: Rational): boolean {
  return one.top === other.top && one.bottom === other.bottom;
}

/** A hundredth of it. */
export function percent(of: Rational): Rational {
  return ratio(of.top, of.bottom * 100n) ?? of;
}

/** Whether a decimal of enough digits ends, so that nobody has to round it. */
export function terminates({ bottom }: Rational): boolean {
  let rest = bottom;
  for (const prime of [2n, 5n]) while (rest % prime === 0n) rest /= prime;
  return rest === 1n;
}

/** The nearest double. */
export function toNumber({ top, bottom }: Rational): number {
  const scaled = Number(top) / Number(bottom);
  // Both may be beyond doubles where their ratio is not.
  return Number.isFinite(scaled) ? scaled : Number((top * 10n ** 20n) / bottom) / 1e20;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
