import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { publicPackages, readManifest, root } from './packages.ts';
import { writeReadmeBlocks } from './readme-blocks.ts';

/** One packed package. */
export interface Tarball {
  name: string;
  folder: string;
  file: string;
  /** Bytes to download. */
  size: number;
  files: { path: string; size: number; mode: number }[];
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** A project outside of the repository, with the packed packages and the examples' dependencies installed. */
    project: string;
    tarballs: Tarball[];
  }
}

const run = promisify(execFile);

/** Packs every public package and installs them all in an empty project, together with what the examples use. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const place = await mkdtemp(join(tmpdir(), 'stream-aligner-pack-'));
  const project = join(place, 'project');
  await mkdir(project);
  const tarballs = await pack(place);
  await writeProject(project, tarballs);
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', install, { cwd: project, maxBuffer: 1e8 });
  provide('project', project);
  provide('tarballs', tarballs);
  return () => rm(place, { recursive: true });
}

async function pack(destination: string): Promise<Tarball[]> {
  const tarballs: Tarball[] = [];
  for (const { folder } of publicPackages()) {
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', destination], {
      cwd: join(root, folder),
      maxBuffer: 1e8,
    });
    // Scripts that run before packing may print too; npm's own JSON begins a line.
    const json = stdout.slice(stdout.search(/^[[{]/m));
    const report: unknown = JSON.parse(json);
    // An array up to npm 11, an object by name from npm 12 on.
    const [packed] = Object.values(report as Record<string, Tarball & { filename: string }>);
    if (!packed) throw new Error(`npm pack reported nothing for ${folder}`);
    const { name, size, files, filename } = packed;
    tarballs.push({ name, folder, size, files, file: join(destination, filename) });
  }
  return tarballs;
}

async function writeProject(project: string, tarballs: readonly Tarball[]): Promise<void> {
  const examples = readManifest('examples');
  const { overrides = {} } = readManifest('.');
  const manifest = {
    name: 'a-project',
    private: true,
    type: 'module',
    dependencies: {
      ...examples.dependencies,
      ...Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`])),
    },
    devDependencies: examples.devDependencies,
    // As examples/README.md advises: the embedded models need no GPU.
    overrides: Object.fromEntries(
      Object.entries(overrides).filter(([name]) => name.startsWith('@node-llama-cpp/')),
    ),
  };
  // With its lockfile: what others publish tomorrow is not what is tested here.
  const isExample = (path: string) => !/node_modules|package\.json$/.test(path);
  await cp(join(root, 'examples'), project, { recursive: true, filter: isExample });
  await cp(join(root, 'tests/pack/project'), project, { recursive: true });
  await writeReadmeBlocks(join(project, 'readme'));
  await writeFile(join(project, 'package.json'), JSON.stringify(manifest, null, 2));
}
