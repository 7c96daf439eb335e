import { SPLITS, type SplitShares } from '@stream-aligner/lab';
import { InvalidArgumentError } from 'commander';
import { temperatureOption } from '../terminal/options.ts';

/** Gathers the values of an option that may be given several times, or once with commas. */
export function names(text: string, before: readonly string[] = []): string[] {
  const found = text.split(',').map((name) => name.trim());
  if (found.includes('')) throw new InvalidArgumentError('Give a name, or several with commas between.');
  return [...new Set([...before, ...found])];
}

/** Temperatures with commas between. */
export function temperatures(text: string): number[] {
  return text.split(',').map(temperatureOption);
}

/** The shares of train, validation and test, such as 90/5/5. */
export function splitShares(text: string): SplitShares {
  const shares = text.split('/').map(Number);
  const sum = shares.reduce((one, other) => one + other, 0);
  const [train = 0, validation = 0, test = 0] = shares;
  if (shares.length !== SPLITS.length || !shares.every((share) => share >= 0) || Math.abs(sum - 100) > 1e-6)
    throw new InvalidArgumentError('Give three percentages that add up to 100, such as 90/5/5.');
  return { train, validation, test };
}

/** A share from 0 up to, but not including, 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value < 1))
    throw new InvalidArgumentError('Give a number from 0 to less than 1.');
  return value;
}

/** A number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('Give a number above 0.');
  return value;
}

/** A whole number of 1 or more. */
export function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number of 1 or more.');
  return Number(text);
}
