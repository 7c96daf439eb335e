import { InvalidArgumentError } from 'commander';

/** A whole number of 0 or more. */
export function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number of 0 or more.');
  return Number(text);
}

/** A number of rounds, or all. */
export function roundsOption(text: string): number | 'all' {
  return text === 'all' ? text : whole(text);
}

/** A sampling temperature. */
export function temperatureOption(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 2))
    throw new InvalidArgumentError('Give a number from 0 to 2.');
  return value;
}

/** A port; 0 takes any free one. */
export function portOption(text: string): number {
  const port = whole(text);
  if (port > 65_535) throw new InvalidArgumentError('Give a port between 0 and 65535.');
  return port;
}

/** A share of one. */
export function shareOption(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('Give a number from 0 to 1.');
  return value;
}
