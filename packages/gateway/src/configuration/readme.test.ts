import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseConfiguration } from './parse.ts';

it('takes the configuration that the README shows', () => {
  const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');
  const [, text = ''] = readme.match(/```yaml\n([\s\S]*?)```/) ?? [];
  const { models } = parseConfiguration({ text, env: {}, source: 'README.md' });
  expect(Object.keys(models)).toEqual(['my-model-aligned']);
});
