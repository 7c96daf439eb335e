import type * as z from 'zod';

const names: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'nothing',
};

/**
 * zod's issues in words for people, to be given as `error` where something is parsed. Schemas with words of their own
 * keep them. Never repeats a value.
 */
export const plainWording: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.input);
    case 'invalid_value':
      return `expected ${anyOf(issue.values.map((value) => JSON.stringify(value)))}`;
    case 'too_small': {
      const { minimum, origin, inclusive } = issue;
      const number = inclusive ? `${minimum} or more` : `more than ${minimum}`;
      return `expected ${sized(origin, minimum, 'at least') ?? number}`;
    }
    case 'too_big': {
      const { maximum, origin, inclusive } = issue;
      const number = inclusive ? `${maximum} or less` : `less than ${maximum}`;
      return `expected ${sized(origin, maximum, 'at most') ?? number}`;
    }
    default:
      return undefined;
  }
};

function wrongType(expected: string, input: unknown): string {
  const wanted = `expected ${names[expected] ?? expected}`;
  if (input === undefined) return `${wanted}, but it is missing`;
  const given = input === null ? 'null' : Array.isArray(input) ? 'array' : typeof input;
  // A number that is not the one asked for has a fraction, or is none that JSON knows.
  const isNumeric = expected === 'int' || expected === 'number';
  return isNumeric && given === 'number' ? wanted : `${wanted}, got ${names[given] ?? given}`;
}

function sized(origin: string, size: number | bigint, bound: string): string | undefined {
  const unit = { string: 'character', array: 'item' }[origin];
  return unit && `${bound} ${size} ${unit}${Number(size) === 1 ? '' : 's'}`;
}

function anyOf(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
