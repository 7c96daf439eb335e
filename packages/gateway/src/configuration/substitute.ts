import { pathText } from '@stream-aligner/providers/wire';
import type { Mistake } from './section.ts';

const REFERENCE = /\$\$\{|\$\{([^}]*)\}/g;

/**
 * Replaces `${NAME}` in every string by the environment's value, and `${NAME:-fallback}` by the fallback where there is
 * none; `$${` stands for a literal `${`. What is missing is added to `mistakes`.
 */
export function substitute(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  mistakes: Mistake[],
  path: readonly PropertyKey[] = [],
): unknown {
  if (Array.isArray(value))
    return value.map((item, index) => substitute(item, env, mistakes, [...path, index]));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, substitute(item, env, mistakes, [...path, key])]),
    );
  }
  if (typeof value !== 'string') return value;
  return value.replace(REFERENCE, (whole, reference: string | undefined) => {
    if (reference === undefined) return '${';
    const [name = '', fallback] = reference.split(/:-(.*)/s);
    const found = env[name] || fallback;
    if (found !== undefined) return found;
    mistakes.push({
      path: pathText(path),
      message: `the environment variable ${name || '(no name)'} is not set; set it, or write \${NAME:-fallback}`,
    });
    return whole;
  });
}
