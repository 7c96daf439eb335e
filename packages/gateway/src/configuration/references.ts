import { suggest } from './nearest.ts';
import type { Mistake } from './section.ts';

/** Names that need no definition: the embedded pair. */
export const BUILT_IN = 'tiny';

const kinds = { upstream: 'upstreams', aligner: 'aligners' } as const;

/**
 * Finds models whose upstream or aligner is defined nowhere. Reads the raw file, not the checked configuration, so that
 * these mistakes are reported together with all others.
 */
export function referenceMistakes(raw: unknown): Mistake[] {
  return Object.entries(recordAt(raw, 'models')).flatMap(([model, recipe]) =>
    Object.entries(kinds).flatMap(([kind, section]) => {
      const named = recordAt({ recipe }, 'recipe')[kind];
      const path = `models.${model}.${kind}`;
      if (!Array.isArray(named)) return mistakesOf(named, path);
      return named.flatMap((name, index) => mistakesOf(name, `${path}[${index}]`));

      function mistakesOf(name: unknown, at: string): Mistake[] {
        if (typeof name !== 'string' || name === '' || name === BUILT_IN) return [];
        const known = [...Object.keys(recordAt(raw, section)), BUILT_IN];
        if (known.includes(name)) return [];
        const message = `there is no ${kind} "${name}" under ${section}; ${suggest(name, known)}`;
        return [{ path: at, message }];
      }
    }),
  );
}

/** The object under a key of a raw file; empty where there is none. */
export function recordAt(value: unknown, key: string): Record<string, unknown> {
  const inner = isRecord(value) ? value[key] : undefined;
  return isRecord(inner) ? inner : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
