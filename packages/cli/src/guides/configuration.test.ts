import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../../core/src/loop/options.ts';
import { configurationSchema } from '../../../gateway/src/configuration/schema.ts';
import { repositoryText } from '../testing/guides.ts';

/** The part of a JSON schema that is walked here. */
interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  required?: string[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
}

const schema = configurationSchema.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as Schema;
const text = repositoryText('docs/guide/configuration.md');

/** The tables of the page by their headings: each key with what stands in its default's cell. */
const tables = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const rows = [...section.matchAll(/^\| `([\w.]+)` \| ([^|]*) \| [^|\n]+ \|$/gm)];
      return [
        section.split('\n')[0] ?? '',
        new Map(rows.map(([, key = '', standard = '']) => [key, standard])),
      ] as const;
    }),
);

function property(of: Schema | undefined, name: string): Schema {
  const found = of?.properties?.[name];
  if (!found) throw new Error(`the schema has no ${name}`);
  return found;
}

function entryOf(name: string): Schema {
  const { additionalProperties } = property(schema, name);
  if (typeof additionalProperties !== 'object') throw new Error(`${name} is no record`);
  return additionalProperties;
}

/** The kind of entry that takes this `type`. */
function entryOfType(name: string, type: string): Schema {
  const { oneOf = [], anyOf = [] } = entryOf(name);
  const kind = [...oneOf, ...anyOf].find((candidate) => {
    const { const: only, enum: several = [only] } = property(candidate, 'type');
    return several.includes(type);
  });
  if (!kind) throw new Error(`${name} has no ${type}`);
  return kind;
}

/** Every key, those of nested sections with a dot, with its default where the schema has one. */
function keysOf(
  { properties = {}, required = [] }: Schema,
  prefix = '',
): [string, Schema & { must: boolean }][] {
  return Object.entries(properties).flatMap(([name, value]) =>
    value.properties
      ? keysOf(value, `${prefix}${name}.`)
      : [
          [prefix + name, { ...value, must: required.includes(name) }] as [
            string,
            Schema & { must: boolean },
          ],
        ],
  );
}

describe.each([
  ['`server`', property(schema, 'server')],
  ['`upstreams`: a server', entryOfType('upstreams', 'vllm')],
  ['`upstreams`: `local`', entryOfType('upstreams', 'local')],
  ['`upstreams`: `tiny`', entryOfType('upstreams', 'tiny')],
  ['`aligners`: a server', entryOfType('aligners', 'vllm')],
  ['`aligners`: `local`', entryOfType('aligners', 'local')],
  ['`aligners`: `tiny`', entryOfType('aligners', 'tiny')],
  ['`scorers`', entryOf('scorers')],
  ['`traces`', property(schema, 'traces')],
  ['`models`', entryOf('models')],
])('the page on %s', (heading, section) => {
  const rows = tables.get(heading);
  const keys = keysOf(section);

  it('has every key and no other', () => {
    expect([...(rows?.keys() ?? [])]).toEqual(keys.map(([key]) => key));
  });

  it('has the defaults, and says what must be given', () => {
    for (const [key, { default: standard, must }] of keys) {
      const cell = rows?.get(key);
      expect(cell === '*(required)*', key).toBe(must);
      if (standard === undefined) continue;
      expect(cell, key).toBe(`\`${typeof standard === 'string' ? standard : JSON.stringify(standard)}\``);
    }
  });
});

it('has no section that the file has not', () => {
  const top = [...tables.keys()].map((heading) => /`(\w+)`/.exec(heading)?.[1]);
  expect(new Set(top)).toEqual(new Set(Object.keys(schema.properties ?? {})));
});

it('names every value of a choice', () => {
  for (const name of ['upstreams', 'aligners']) {
    for (const [key, { enum: values = [] }] of keysOf(entryOfType(name, 'vllm'))) {
      for (const value of values) expect(text, `${name}.*.${key}`).toContain(`\`${String(value)}\``);
    }
  }
});

it('has the library’s own defaults for what a model leaves out', () => {
  const unused = () => Promise.reject(new Error('never opened'));
  const { rounds, ...options } = resolveOptions({
    upstream: { model: 'u', continuation: 'native', open: unused },
    aligner: { model: 'a', open: unused },
    messages: [{ role: 'user', content: 'x' }],
  });
  expect(rounds).toBe(Number.POSITIVE_INFINITY);
  const standards: Record<string, unknown> = options;
  for (const [key, cell] of tables.get('`models`') ?? []) {
    const [outer = '', inner] = key.split('.');
    const value =
      inner === undefined ? standards[outer] : (standards[outer] as Record<string, unknown>)[inner];
    if (value === undefined || value === null || outer === 'upstream' || outer === 'aligner') continue;
    expect(cell, key).toBe(`\`${typeof value === 'string' ? value : JSON.stringify(value)}\``);
  }
});
