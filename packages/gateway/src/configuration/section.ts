import { pathText } from '@stream-aligner/providers/wire';
import * as z from 'zod';
import { suggest } from './nearest.ts';

/** An object that takes exactly these keys; an unknown one is answered with the nearest that it takes. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => `unknown key "${key}"; ${suggest(key, known)}`).join('\n')
        : undefined,
  });
}

/** A mistake in something a person or a client wrote. */
export interface Mistake {
  /** Where, for example `models.main.rounds`; '' for the whole. */
  path: string;
  message: string;
}

/** zod's issues as mistakes. Of unknown keys each is one, at its own path. */
export function mistakesOf(error: z.core.$ZodError): Mistake[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ path: pathText(issue.path), message: issue.message }];
    const messages = issue.message.split('\n');
    return issue.keys.map((key, index) => ({
      path: pathText([...issue.path, key]),
      message: messages[index] ?? issue.message,
    }));
  });
}
