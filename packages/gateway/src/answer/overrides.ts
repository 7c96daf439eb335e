import { StreamAlignerError } from '@stream-aligner/core';
import { pathText, plainWording } from '@stream-aligner/providers/wire';
import * as z from 'zod';
import { suggest } from '../configuration/nearest.ts';
import { recipeOptions } from '../configuration/models.ts';
import { section } from '../configuration/section.ts';
import type { Recipe, RecipeOptions } from '../recipes/recipe.ts';

/** The request's own field: extra detail, and options for this answer alone. */
const extension = section({
  /** Adds every event of the answer to the reply. */
  trace: z.boolean().exactOptional(),
  ...recipeOptions,
});

export const EXTENSION = 'stream_aligner';

/** For each unknown key the nearest known one is looked for. */
const MOST_KEYS = 64;
const MOST_LISTED = 5;
const LONGEST_KEY = 64;

/** What a request asks for in its `stream_aligner` field. */
export interface Extension {
  trace: boolean;
  options: RecipeOptions;
}

/**
 * Reads the `stream_aligner` field and joins it with the recipe. Throws `invalid-request` for anything unknown, and for
 * an option that would let more unaligned text out than the configuration does, unless the configuration allows that.
 */
export function readExtension(value: unknown, recipe: Recipe): Extension {
  if (value == null) return { trace: false, options: recipe.options };
  if (typeof value === 'object' && Object.keys(value).length > MOST_KEYS)
    throw refusal(`${EXTENSION}: at most ${MOST_KEYS} options are taken.`, EXTENSION);
  const checked = extension.safeParse(value, { error: plainWording });
  if (!checked.success) throw mistaken(checked.error.issues);
  const { trace = false, ...asked } = checked.data;
  const options: RecipeOptions = { ...recipe.options, ...asked };
  if (recipe.raw) refuseRounds(asked);
  for (const name of forbidden(recipe, asked, trace)) {
    throw refusal(
      `The configuration of this model does not let requests set ${EXTENSION}.${name} to this. Leave it out, or have \`overrides\` of the model raised.`,
      `${EXTENSION}.${name}`,
    );
  }
  return { trace, options };
}

/**
 * Names what is wrong. The name of an unknown key, which is the client's own word, is told to the client as the `param`
 * alone: messages are logged.
 */
function mistaken(issues: readonly z.core.$ZodIssue[]): StreamAlignerError {
  const known = Object.keys(extension.shape);
  const mistakes = issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') {
      const path = pathText([EXTENSION, ...issue.path]);
      return [{ param: path, text: `${path}: ${issue.message}` }];
    }
    return issue.keys.slice(0, MOST_LISTED).map((key) => ({
      param: `${EXTENSION}.${key.slice(0, LONGEST_KEY)}`,
      text: `${EXTENSION}: unknown key; ${suggest(key, known)}`,
    }));
  });
  const listed = mistakes.map(({ text }) => text).join('; ');
  const end = listed.endsWith('?') ? '' : '.';
  return refusal(`The request is not valid. ${listed}${end}`, mistakes[0]?.param ?? EXTENSION);
}

/** The options asked for that the recipe does not open to clients. */
function forbidden(recipe: Recipe, asked: RecipeOptions, trace: boolean): string[] {
  const { options, overrides } = recipe;
  if (overrides === 'none') return [...(trace ? ['trace'] : []), ...Object.keys(asked)];
  if (overrides === 'any') return [];
  const freed = judgedRounds({ ...options, ...asked }) < judgedRounds(options);
  return [
    ...(freed ? [asked.rounds === undefined ? 'then' : 'rounds'] : []),
    ...(asked.mode === 'shadow' && options.mode !== 'shadow' ? ['mode'] : []),
    // More look-ahead costs tokens that the operator pays for.
    ...((asked.lookahead ?? 0) > (options.lookahead ?? 2) ? ['lookahead'] : []),
    ...(asked.onAlignerFailure === 'pass' && options.onAlignerFailure !== 'pass' ? ['onAlignerFailure'] : []),
    ...(asked.reasoning === 'pass' && options.reasoning !== 'pass' ? ['reasoning'] : []),
  ];
}

/** A model without an aligner has nothing to judge with. */
function refuseRounds({ rounds = 0, then }: RecipeOptions): void {
  if (rounds === 0 && then !== 'stop') return;
  const name = rounds === 0 ? 'then' : 'rounds';
  throw refusal(
    `This model has no aligner, so it has no rounds. Leave ${EXTENSION}.${name} out, or choose another model.`,
    `${EXTENSION}.${name}`,
  );
}

/** After how many rounds unaligned text goes out: never, when the answer ends with its last round. */
function judgedRounds({ rounds = 'all', then = 'continue' }: RecipeOptions): number {
  if (rounds === 'all' || (then === 'stop' && rounds > 0)) return Number.POSITIVE_INFINITY;
  return rounds;
}

function refusal(message: string, param: string): StreamAlignerError {
  return new StreamAlignerError('invalid-request', message, { details: { param } });
}
