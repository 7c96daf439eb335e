import type { ModelDescription } from '../data/describe-build.ts';
import { VERSION } from '../data/version.ts';
import { type WorldName, worldNames } from '../worlds/worlds.ts';
import { isList, isRecord, isText } from './shapes.ts';

/** What a worker must have to answer for a build as the build's own process would. */
export interface BuildNeeds {
  version: string;
  maxTokens: number;
  upstreams: readonly ModelDescription[];
  annotator: ModelDescription;
  /** The world whose checker corrects, or says which corrections are right. */
  world?: WorldName;
}

/** The needs that a text from Redis holds, or null if it holds none that this version understands. */
export function readNeeds(text: string): BuildNeeds | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isNeeds(value) ? value : null;
}

function isNeeds(value: unknown): value is BuildNeeds {
  if (!isRecord(value)) return false;
  const { version, maxTokens, upstreams, annotator, world } = value;
  return (
    isText(version) &&
    Number.isSafeInteger(maxTokens) &&
    isList(upstreams, isDescription) &&
    isDescription(annotator) &&
    (world === undefined || (worldNames as readonly unknown[]).includes(world))
  );
}

function isDescription(value: unknown): value is ModelDescription {
  if (!isRecord(value)) return false;
  const { name, model, settings } = value;
  return isText(name) && isText(model) && (settings === undefined || isText(settings));
}

/** Why this version of Stream Aligner cannot answer for a build, or null. */
export function versionFault({ version }: BuildNeeds): string | null {
  return version === VERSION ? null : `It runs version ${VERSION}, and the build ${version}.`;
}

/** Why a model is not the one that a build means by its name, or null. */
export function modelFault(needed: ModelDescription, own: ModelDescription): string | null {
  if (needed.model !== own.model)
    return `Its "${needed.name}" is ${own.model}, and the build's is ${needed.model}.`;
  if (needed.settings !== own.settings)
    return `Its "${needed.name}" has other settings than the build's: contract, policy, window or the like.`;
  return null;
}
