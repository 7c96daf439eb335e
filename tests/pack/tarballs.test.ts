import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { publicPackages, readManifest, root } from './support/packages.ts';

const tarballs = inject('tarballs');
const project = inject('project');
const MEGABYTE = 1e6;

it('are those of every public package', () => {
  expect(publicPackages().map(({ manifest }) => manifest.name)).toEqual(tarballs.map(({ name }) => name));
  expect(tarballs.map(({ name }) => name).toSorted()).toEqual([
    '@stream-aligner/ai-sdk',
    '@stream-aligner/core',
    '@stream-aligner/gateway',
    '@stream-aligner/lab',
    '@stream-aligner/local',
    '@stream-aligner/playground',
    '@stream-aligner/providers',
    '@stream-aligner/trainer',
    'stream-aligner',
  ]);
});

describe.each(tarballs)('the tarball of $name', ({ name, folder, files, size }) => {
  const paths = files.map(({ path }) => path);
  const manifest = readManifest(folder);
  const installed = (path: string) => join(project, 'node_modules', name, path);

  it('holds what a reader of the registry looks for', () => {
    expect(paths).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE']));
    expect(readFileSync(installed('LICENSE'), 'utf8')).toBe(readFileSync(`${root}LICENSE`, 'utf8'));
    expect(readFileSync(installed('README.md'), 'utf8')).toContain(`npm install`);
    expect(manifest).toMatchObject({
      description: expect.stringMatching(/\.$/),
      keywords: expect.arrayContaining(['llm']),
      license: 'Apache-2.0',
      type: 'module',
      engines: { node: expect.any(String) },
    });
  });

  it('holds nothing else', () => {
    const foreign = paths.filter((path) =>
      /\.test\.|__fixtures__|testing\/|tsbuildinfo|node_modules|\.(gguf|tgz|log)$/.test(path),
    );
    expect(foreign.filter((path) => !/^models\/[^/]+$/.test(path))).toEqual([]);
    expect(size).toBeLessThan(name === '@stream-aligner/local' ? 12 * MEGABYTE : MEGABYTE);
  });

  it('holds every file that it names', () => {
    const named = [
      ...Object.values(manifest.exports ?? {}).flatMap((conditions) => Object.values(conditions)),
      ...Object.values(manifest.bin ?? {}),
    ].map((path) => posix.normalize(path));
    expect(named.filter((path) => !paths.includes(path))).toEqual([]);
    for (const bin of Object.values(manifest.bin ?? {})) {
      const mode = files.find(({ path }) => path === posix.normalize(bin))?.mode ?? 0;
      expect((mode & 0o111) !== 0).toBe(true);
    }
  });

  it('lets a debugger find the sources', () => {
    const lost = paths
      .filter((path) => path.endsWith('.map'))
      .flatMap((path) => {
        const map: { sources: string[] } = JSON.parse(readFileSync(installed(path), 'utf8'));
        return map.sources.map((source) => posix.join(posix.dirname(path), source));
      })
      .filter((source) => !paths.includes(source));
    expect(lost).toEqual([]);
  });

  it('names types before code in its exports', () => {
    for (const conditions of Object.values(manifest.exports ?? {})) {
      const names = Object.keys(conditions);
      expect(names.indexOf('types')).toBeLessThan(names.indexOf('default'));
      expect(names.at(-1)).toBe('default');
    }
  });

  it('depends on published packages of ours alone', () => {
    const ours = Object.keys(manifest.dependencies ?? {}).filter((dependency) =>
      /^(@stream-aligner\/|stream-aligner$)/.test(dependency),
    );
    expect(ours.filter((dependency) => !tarballs.some((tarball) => tarball.name === dependency))).toEqual([]);
    expect(manifest.repository).toBeUndefined();
  });
});

it('playground brings the built pages', () => {
  const files = tarballs.find(({ name }) => name === '@stream-aligner/playground')?.files ?? [];
  const built = files.map(({ path }) => path).filter((path) => path.startsWith('dist/site/'));
  expect(built).toEqual(expect.arrayContaining(['dist/site/index.html', 'dist/site/traces.html']));
  for (const end of ['.js', '.css']) expect(built.some((path) => path.endsWith(end))).toBe(true);
});

it('local brings the embedded models', () => {
  const files = tarballs.find(({ name }) => name === '@stream-aligner/local')?.files ?? [];
  for (const model of ['tiny-upstream', 'tiny-aligner'])
    expect(files.find(({ path }) => path === `models/${model}.gguf`)?.size).toBeGreaterThan(MEGABYTE);
});
