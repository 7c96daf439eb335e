import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from './support/packages.ts';
import { run, serve } from './support/run.ts';

const project = inject('project');
const examples = readdirSync(`${root}examples`).filter((file) => /\.(ts|sh)$/.test(file));

describe('the types of what is installed', () => {
  const check = (...flags: string[]) =>
    run(join(root, 'node_modules/.bin/tsc'), ['-p', '.', '--pretty', 'false', ...flags], { cwd: project });

  it('fit the examples and the READMEs, strictly', async () => {
    const { code, stdout } = await check();
    expect([code, stdout]).toEqual([0, '']);
  });

  it('are right themselves, in every declaration of ours', async () => {
    const { stdout } = await check('--skipLibCheck', 'false');
    // Declarations of others have mistakes of their own under the strictest flags.
    const errors = stdout.split('\n').filter((line) => /^\S+\.ts\(\d+,\d+\): error/.test(line));
    const ours = errors.filter((line) => !/^node_modules\/(?!@?stream-aligner\/)/.test(line));
    expect(ours).toEqual([]);
  });
});

describe('the examples', () => {
  let gateway: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    gateway = await serve(project);
  });
  afterAll(() => gateway.stop());

  const runExample = (file: string) =>
    run(file.endsWith('.sh') ? 'bash' : process.execPath, [file], {
      cwd: project,
      env: { STREAM_ALIGNER_URL: gateway.url },
    });

  it.each(examples)('%s gives the answer that all give', async (file) => {
    const { code, stdout, stderr } = await runExample(file);
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    const answers = answersOf(stdout);
    expect(answers.length).toBeGreaterThan(0);
    expect(new Set(answers)).toEqual(
      new Set([
        'Mia finds 15, so Mia has 27 + 15 = 42 shells. Mia gives 8, so Mia has 42 - 8 = 34 shells. The answer is 34.',
      ]),
    );
  });

  it.each(examples)('%s is short', (file) => {
    expect(readFileSync(join(root, 'examples', file), 'utf8').split('\n').length).toBeLessThan(60);
  });

  it('are all in the README', () => {
    const readme = readFileSync(join(root, 'examples/README.md'), 'utf8');
    expect(examples.filter((file) => !readme.includes(` ${file}\``))).toEqual([]);
  });

  it('one conversation is the same through every client, streamed and whole', async () => {
    const { code, stdout, stderr } = await run(process.execPath, ['conversation.ts'], {
      cwd: project,
      env: { STREAM_ALIGNER_URL: gateway.url },
    });
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    const replies: Record<string, { text: string; tokens: number }> = JSON.parse(stdout);
    expect(Object.keys(replies)).toHaveLength(10);
    expect(new Set(Object.values(replies).map(({ text }) => text)).size).toBe(1);
    expect(new Set(Object.values(replies).map(({ tokens }) => tokens)).size).toBe(1);
  });
});

/** The answers that an example printed: one a line, or the deltas of one event stream. */
function answersOf(stdout: string): string[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  const events = lines.flatMap((line) => (line.startsWith('data: {') ? [JSON.parse(line.slice(6))] : []));
  const streamed = events.map((event) => event.choices[0]?.delta?.content ?? '').join('');
  const printed = lines.filter((line) => !line.startsWith('data: '));
  return streamed === '' ? printed : [streamed, ...printed];
}
