import { manners } from '../worlds/manners/manners.ts';
import { sums } from '../worlds/sums/sums.ts';
import type { World } from '../worlds/world.ts';
import type { WorldName } from '../worlds/worlds.ts';

/** A world for code that hands its problems on without looking into them. */
export type AnyWorld = World<{ question: string }>;

const worlds: Readonly<Record<WorldName, AnyWorld>> = { sums, manners };

export const worldNamed = (name: WorldName): AnyWorld => worlds[name];
