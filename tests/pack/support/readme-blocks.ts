import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publicPackages, root } from './packages.ts';

/** The fenced blocks of a Markdown text in one language. */
export function blocksOf(markdown: string, language: string): string[] {
  const fences = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...markdown.matchAll(fences)].map(([, block = '']) => block);
}

/** Writes the TypeScript of the packages' READMEs into files, to be checked with everything else. */
export async function writeReadmeBlocks(folder: string): Promise<void> {
  await mkdir(folder);
  for (const { folder: source, manifest } of publicPackages()) {
    const markdown = await readFile(join(root, source, 'README.md'), 'utf8');
    for (const [index, block] of blocksOf(markdown, 'ts').entries()) {
      const name = manifest.name.replace(/\W+/g, '-').replace(/^-/, '');
      await writeFile(join(folder, `${name}-${index + 1}.ts`), block);
    }
  }
}
