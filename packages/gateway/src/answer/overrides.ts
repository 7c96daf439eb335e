import { StreamAlignerError } from '@stream-aligner/core';
import { plainWording } from '@stream-aligner/providers/wire';
import * as z from 'zod';
import { recipeOptions } from '../configuration/schema.ts';
import { mistakesOf, section } from '../configuration/section.ts';
import type { Recipe, RecipeOptions } from '../recipes/recipe.ts';

/** The request's own field: extra detail, and options for this answer alone. */
const extension = section({
  /** Adds every event of the answer to the reply. */
  trace: z.boolean().exactOptional(),
  ...recipeOptions,
});

export const EXTENSION = 'stream_aligner';

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
  const checked = extension.safeParse(value, { error: plainWording });
  if (!checked.success) {
    const mistakes = mistakesOf(checked.error).map((mistake) => ({
      ...mistake,
      path: `${EXTENSION}${mistake.path && '.'}${mistake.path}`,
    }));
    const listed = mistakes.map(({ path, message }) => `${path}: ${message}`).join('; ');
    const end = listed.endsWith('?') ? '' : '.';
    throw refusal(`The request is not valid. ${listed}${end}`, mistakes[0]?.path ?? EXTENSION);
  }
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
