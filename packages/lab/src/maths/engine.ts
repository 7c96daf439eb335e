import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import type * as Library from '@cortex-js/compute-engine';
import { prepare } from './formula.ts';
import { isReadable } from './readable.ts';

/** A complex number. */
export interface Value {
  re: number;
  im: number;
}

/** How many formulas' values are kept. */
const MAX_KEPT = 500;
/** What `isReadable` and `prepare` let through takes milliseconds. This is for what they overlook. */
const TIME_LIMIT_MS = 1000;
/** Only scripts have a limit that stops them wherever they are; the parser does not look at the library's own. */
const LIMITED = new Script('run()');
/** Values of the variables: an identity that holds at all of these by chance is not one that anybody writes. */
const POINTS = 3;

let engine: Library.ComputeEngine | undefined;
const kept = new Map<string, readonly Value[] | null>();

/**
 * A formula's values at fixed points of its variables, three of them; null for what is no plain formula or has no finite
 * value there. Equal formulas have equal values. The library is loaded with the first formula (about 0.3 s and 50 MB).
 */
export function valuesOf(latex: string): readonly Value[] | null {
  const known = kept.get(latex);
  if (known !== undefined) return known;
  const values = evaluate(latex);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(latex, values);
  return values;
}

function evaluate(latex: string): readonly Value[] | null {
  if (!isReadable(latex)) return null;
  const library = loaded();
  try {
    const run = () => evaluateWith(library, latex);
    return LIMITED.runInNewContext({ run }, { timeout: TIME_LIMIT_MS }) as readonly Value[] | null;
  } catch (error) {
    // Whatever the library makes of a formula that is none: it has no values. One that was stopped may be in disorder.
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      engine = undefined;
    return null;
  }
}

function evaluateWith(library: Library.ComputeEngine, latex: string): readonly Value[] | null {
  // Raw, because the other forms compute while they are made.
  const json = library.parse(latex, { form: 'raw' }).json;
  const values: Value[] = [];
  for (let point = 0; point < POINTS; point += 1) {
    const prepared = prepare(json, (name) => valueAt(name, point));
    if (prepared === null) return null;
    const { re, im } = library.expr(prepared as Parameters<Library.ComputeEngine['expr']>[0]).N();
    if (!Number.isFinite(re) || !Number.isFinite(im)) return null;
    values.push({ re, im });
  }
  return values;
}

function loaded(): Library.ComputeEngine {
  if (engine === undefined) {
    const require = createRequire(import.meta.url);
    // Not imported: it is heavy, and only formulas need it.
    const library = require('@cortex-js/compute-engine') as typeof Library;
    engine = new library.ComputeEngine();
  }
  return engine;
}

/** A variable's value: no simple number, below 0 at some points, another one for every name. */
function valueAt(name: string, point: number): number {
  let hash = point + 1;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 100_003;
  const part = (hash * 0.618_033_988_749_895) % 1;
  return (point === 0 ? 1 : part < 0.5 ? -1 : 1) * (0.31 + 1.7 * part);
}

/** Whether two values are the same up to the arithmetic of doubles. */
export function sameValue(one: Value, other: Value): boolean {
  const size = Math.max(Math.hypot(one.re, one.im), Math.hypot(other.re, other.im));
  return Math.hypot(one.re - other.re, one.im - other.im) <= Math.max(1e-12 * size, 1e-15);
}
