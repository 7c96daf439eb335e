import { expect, it } from 'vitest';
import { VERSION } from '../data/version.ts';
import { type BuildNeeds, modelFault, readNeeds, versionFault } from './needs.ts';

const needs: BuildNeeds = {
  version: VERSION,
  maxTokens: 100,
  upstreams: [{ name: 'big', model: 'large' }],
  annotator: { name: 'teacher', model: 'teacher', settings: 'abc' },
  world: 'sums',
};

it('reads what a build needs, and nothing that is damaged', () => {
  expect(readNeeds(JSON.stringify(needs))).toEqual(needs);
  const damaged = [
    'text',
    'null',
    { ...needs, maxTokens: '100' },
    { ...needs, upstreams: [{ name: 'big' }] },
    { ...needs, annotator: undefined },
    { ...needs, world: '__proto__' },
  ];
  for (const value of damaged)
    expect(readNeeds(typeof value === 'string' ? value : JSON.stringify(value))).toBeNull();
});

it('says why a worker does not fit', () => {
  const [big] = needs.upstreams;
  expect(versionFault(needs)).toBeNull();
  expect(versionFault({ ...needs, version: '0.0.1' })).toContain('the build 0.0.1');
  expect(modelFault(needs.annotator, needs.annotator)).toBeNull();
  expect(modelFault(needs.annotator, { name: 'teacher', model: 'teacher' })).toContain('other settings');
  expect(big && modelFault(big, { name: 'big', model: 'small' })).toBe(
    'Its "big" is small, and the build\'s is large.',
  );
});
