import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import { FSDP, RECIPES } from './trainer-files.ts';

const YAML = /\.ya?ml$/;

export interface Recipe {
  /** The YAML file, as an absolute path. */
  path: string;
  /** Where its relative paths start: its own folder, or the working folder for a recipe that comes with the trainer. */
  folder: string;
}

/**
 * The recipe that a person means: a file, or the name of one that comes with the trainer. Throws `invalid-request` when
 * it is neither.
 */
export function findRecipe(named: string): Recipe {
  if (YAML.test(named) || named.includes('/')) {
    const path = resolve(named);
    if (existsSync(path)) return { path, folder: dirname(path) };
    throw new StreamAlignerError(
      'invalid-request',
      `There is no recipe at ${path}. Check the path; --list shows the recipes that come with the trainer.`,
    );
  }
  const path = join(RECIPES, `${named}.yaml`);
  if (existsSync(path)) return { path, folder: process.cwd() };
  const names = shippedRecipes().map(({ name }) => name);
  throw new StreamAlignerError(
    'invalid-request',
    `No recipe is called "${named}". Those that come with the trainer: ${names.join(', ')}. Your own is named by its path, such as ./${named}.yaml.`,
  );
}

/** The recipes that come with the trainer, each with the first sentence of its comment. */
export function shippedRecipes(): { name: string; about: string }[] {
  return readdirSync(RECIPES)
    .filter((file) => YAML.test(file) && join(RECIPES, file) !== FSDP)
    .sort()
    .map((file) => {
      const text = readFileSync(join(RECIPES, file), 'utf8');
      return { name: file.replace(YAML, ''), about: firstSentence(text) };
    });
}

/** Of the comment that a recipe begins with. */
function firstSentence(text: string): string {
  const comment = /^(#.*\n)+/.exec(text)?.[0].replace(/^#\s*/gm, '').replaceAll('\n', ' ') ?? '';
  return /^.*?\.(?=\s|$)/.exec(comment)?.[0] ?? comment.trim();
}

/** The list that `train --list` prints. */
export function recipeList(): string {
  const recipes = shippedRecipes();
  const width = Math.max(...recipes.map(({ name }) => name.length));
  return recipes.map(({ name, about }) => `${name.padEnd(width)}  ${about}\n`).join('');
}
