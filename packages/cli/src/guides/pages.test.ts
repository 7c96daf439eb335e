import { existsSync, globSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { guideConfigurations } from '../testing/guide-configurations.ts';
import { startGuideServers } from '../testing/guide-servers.ts';
import { blocksOf, repositoryPath, repositoryText } from '../testing/guides.ts';
import { runCommand } from '../testing/run-command.ts';

const FOLDER = 'docs/guide';
const ROOT = repositoryPath('.');
const pages = globSync(`${FOLDER}/*.md`, { cwd: ROOT }).filter((page) => !page.endsWith('/library.md'));
const walkthroughs = ['ollama', 'llama-cpp', 'vllm', 'hosted'].map((name) => `${FOLDER}/${name}.md`);

/** What the packages say, without the breaks that their source needs. */
const sources = globSync('packages/*/src/**/*.ts', { cwd: ROOT })
  .filter((path) => !/\.test\.ts$|\/testing\//.test(path))
  .map(repositoryText)
  .join('\n')
  .replace(/' \+\s*['`]/g, '')
  .replace(/\\`/g, '`')
  .replaceAll('\\${', '${');

describe.each(pages)('%s', (page) => {
  const text = repositoryText(page);

  it('leads nowhere that is not there', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)].map(([, link = '']) => link);
    for (const link of links.filter((target) => !/^https?:/.test(target))) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : posix.join(posix.dirname(page), path);
      expect(existsSync(repositoryPath(target)), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(repositoryText(target)), link).toContain(anchor);
    }
  });

  it('quotes what the product says, word for word', () => {
    const quoted = [...text.matchAll(/^\| `([^|]*)`[^|`]*\|/gm)].flatMap(([, quote = '']) =>
      quote.split(/…|` … `/),
    );
    const isSentence = (piece: string) => /[a-z]+ [a-z]+ [a-z]+/.test(piece);
    for (const piece of quoted.map((part) => part.trim()).filter(isSentence)) {
      expect.soft(sources.includes(piece), piece).toBe(true);
    }
  });
});

describe.each(walkthroughs)('%s', (page) => {
  const text = repositoryText(page);

  it('shows its configurations as they are', () => {
    const linked = [...text.matchAll(/\[configurations\/([\w-]+)\.yaml\]/g)].map(([, name = '']) => name);
    const files = linked.map((name) => repositoryText(`${FOLDER}/configurations/${name}.yaml`));
    expect(blocksOf(text, 'yaml')).toEqual(files);
    expect(linked.length).toBeGreaterThan(0);
  });

  it('asks for models that its configuration serves', () => {
    const bodies = [...text.matchAll(/-d '(\{[\s\S]*?\})'/g)].map(
      ([, body = '']) => JSON.parse(body) as unknown,
    );
    expect(bodies).toMatchObject([{ model: 'assistant-shadow', messages: [{ role: 'user' }] }]);
  });

  it('shows what doctor prints', async () => {
    const shown = blocksOf(text, 'text').filter((block) => block.startsWith('✓ runtime'));
    expect(shown.length).toBeGreaterThan(0);
    for (const block of shown) {
      const [path = '', name = ''] = /\S+\/([\w-]+)\.yaml(?= is valid)/.exec(block) ?? [];
      const guide = guideConfigurations.find((configuration) => configuration.name === name);
      if (!guide) throw new Error(`nobody plays ${name}`);
      const { env } = await startGuideServers(guide);
      const { code, stdout } = await runCommand(['doctor', '--config', path], { cwd: ROOT, env });
      expect(stdout).toBe(block.replace(/Node [\d.]+/, `Node ${process.versions.node}`));
      expect(code).toBe(0);
      expect(text).toContain(`npx stream-aligner doctor --config ${path}\n`);
    }
  });
});

/** The anchors of a page's headings, as they are made from their words. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}
