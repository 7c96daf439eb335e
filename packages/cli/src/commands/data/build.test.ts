import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scriptAnswers, type ScriptedServerOptions, startScriptedServer } from '@stream-aligner/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, startCommand } from '../../testing/run-command.ts';

/** At how many moments builds are killed; more in a check by hand. */
const KILLS = Number(process.env['STREAM_ALIGNER_KILLS'] ?? 3);

const question = (number: number) => `Question ${number}?`;
const answers = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, number) => [
      question(number),
      `First about ${number}. Wrong about ${number}. Third about ${number}. Last about ${number}.`,
    ]),
  );

/** A folder with prompts and a configuration, and the server behind it. */
async function scripted(count: number, options: Partial<ScriptedServerOptions> = {}, model = 'scripted') {
  const server = await startScriptedServer({
    upstream: scriptAnswers(answers(count)),
    aligner: ({ draft, question: asked }) =>
      Number(/\d+/.exec(asked)?.[0]) % 2 === 0 ? draft.replace('Wrong', 'Right') : draft,
    ...options,
  });
  onTestFinished(() => server.close());
  const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-build-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const prompts = join(folder, 'prompts.jsonl');
  const lines = Array.from({ length: count }, (_, number) => JSON.stringify({ prompt: question(number) }));
  await writeFile(prompts, `${lines.join('\n')}\n`);
  const { baseUrl } = server;
  const price = { input: 1, output: 10 };
  const config = join(folder, 'data.yaml');
  // It serves nothing, so it names no models.
  const configuration = {
    upstreams: {
      big: { type: 'openai-compatible', baseUrl, model, price },
      judge: { type: 'openai-compatible', baseUrl, model: 'scripted' },
    },
    aligners: { teacher: { type: 'openai-compatible', baseUrl, model: 'scripted', contract: 'instruct' } },
  };
  await writeFile(config, JSON.stringify(configuration));
  const out = (name: string) => join(folder, name);
  const args = (name: string, ...more: string[]) => [
    ...['data', 'build', prompts, '--config', config, '--upstream', 'big', '--annotator', 'teacher'],
    ...['--out', out(name), '--split', '80/10/10', ...more],
  ];
  return { server, out, args, folder, config };
}

/** What a finished build's files hold, as one sorted list. */
async function tuplesIn(out: string): Promise<string[]> {
  const files = ['train', 'validation', 'test'].map((name) => readFile(join(out, `${name}.jsonl`), 'utf8'));
  return (await Promise.all(files)).flatMap((text) => text.split('\n').slice(0, -1)).sort();
}

describe('data build', () => {
  it('builds tuples from prompts with the models of a configuration', async () => {
    const { args, out, server } = await scripted(20);
    const result = await runCommand(args('data', '--concurrency', '5'));
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(
      /^20 answers, 20 of them made now in \d+ s; [\d,]+ tokens, cost 0\.\d\d\n80 tuples of 20 answers\n/,
    );
    const tuples = (await tuplesIn(out('data'))).map((line): unknown => JSON.parse(line));
    expect(tuples).toHaveLength(80);
    expect(tuples).toContainEqual(
      expect.objectContaining({
        question: question(4),
        prefix: 'First about 4. Right about 4.',
        last: 'Third about 4.',
        correction: 'Third about 4.',
      }),
    );
    const before = server.requests.length;
    const again = await runCommand(args('data', '--json'));
    expect(JSON.parse(again.stdout)).toMatchObject({
      tally: { answers: 20, made: 0, tuples: 80, keeps: 70, failed: 0, total: 20 },
      cost: expect.any(Number),
      finished: { tuples: 80 },
    });
    expect(server.requests.length).toBe(before);
  });

  it('writes the files anew with other filters, and asks no model', async () => {
    const { args, out, server } = await scripted(20);
    await runCommand(args('data'));
    const before = server.requests.length;
    const finish = [
      'data',
      'build',
      '--out',
      out('data'),
      '--finish-only',
      '--balance',
      '0.5',
      '--split',
      '100/0/0',
    ];
    const { code, stdout } = await runCommand(finish);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: [
        '80 tuples of 20 answers',
        '  − 60 balance',
        '  train.jsonl: 20, 50 % keeps',
        '  validation.jsonl: 0',
        '  test.jsonl: 0\n',
      ].join('\n'),
    });
    expect(server.requests.length).toBe(before);
  });

  it('takes only rewrites that a judge prefers', async () => {
    const { args } = await scripted(8, {
      upstream: (request) => {
        if (!request.question.includes('##Answer: ')) return scriptAnswers(answers(8))(request);
        const [first = ''] = request.question.split('##Answer: ').slice(1);
        return first.startsWith('Right about 4') || first.startsWith('Wrong')
          ? 'VERDICT: FIRST'
          : 'VERDICT: SECOND';
      },
    });
    const result = await runCommand(args('data', '--improvement', 'judged', '--judge', 'judge', '--json'));
    expect(JSON.parse(result.stdout)).toMatchObject({
      judged: { judged: 4, failed: 0 },
      finished: { dropped: { 'judged worse': 3, 'judged equal': 1 }, tuples: 32 },
    });
  });

  it('keeps failures aside and makes them when told to', async () => {
    let broken = true;
    const { args, out } = await scripted(10, {
      behave: ({ question: asked, party }) =>
        broken && party === 'upstream' && asked === question(3) ? 'error-first@400' : undefined,
    });
    const first = await runCommand(args('data'));
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('1 answers failed: see failures.jsonl');
    expect(await tuplesIn(out('data'))).toHaveLength(36);
    const failure = await readFile(join(out('data'), 'failures.jsonl'), 'utf8');
    expect(JSON.parse(failure)).toMatchObject({ at: expect.stringMatching(/prompts\.jsonl:4$/), tries: 1 });
    broken = false;
    expect((await runCommand(args('data', '--retry-failures'))).stdout).toContain(
      '10 answers, 1 of them made now',
    );
    expect(await tuplesIn(out('data'))).toHaveLength(40);
  });

  it('stops when everything fails, and says why', async () => {
    const { args } = await scripted(30, {}, 'error-first@401');
    const { code, stderr } = await runCommand(args('data', '--give-up-after', '5'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^stream-aligner: The last 5 answers have all failed.*--retry-failures\.\n$/s);
    const all = await runCommand(args('other', '--give-up-after', '0'));
    expect(all.code).toBe(1);
    expect(all.stderr).toContain('No answer could be made: 30 failed');
  });

  it('ends at Ctrl-C with what it has, says how to go on, and goes on', async () => {
    const { args, out, server } = await scripted(30, {}, 'hesitant');
    const whole = await runCommand(args('whole'));
    expect(whole.code).toBe(0);
    const before = server.requests.length;
    const running = startCommand(args('data', '--concurrency', '4'));
    await server.until(({ requests }) => requests.length > before + 40);
    running.child.kill('SIGINT');
    expect(await running.ended).toBe(130);
    expect(running.stderr()).toContain('run the same command again to go on');
    await server.until(({ openRequests }) => openRequests === 0);
    expect((await runCommand(args('data'))).code).toBe(0);
    expect(await tuplesIn(out('data'))).toEqual(await tuplesIn(out('whole')));
  });

  it('builds from a world with the embedded models, without any configuration', async () => {
    const { folder } = await scripted(1);
    const out = join(folder, 'sums');
    const build = [
      'data',
      'build',
      '--world',
      'sums',
      '--world-count',
      '4',
      '--out',
      out,
      '--prefixes',
      'both',
    ];
    const { code, stdout } = await runCommand([...build, '--improvement', 'checked']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('8 answers, 8 of them made now'),
    });
    for (const line of await tuplesIn(out))
      expect(JSON.parse(line)).toMatchObject({ provenance: { annotator: 'checker', upstream: 'tiny' } });
  });

  it.each([
    [['x.jsonl'], 'Name who corrects with --annotator'],
    [['x.jsonl', '--annotator', 'tiny'], 'x.jsonl cannot be read (ENOENT)'],
    [[], 'There are no prompts'],
    [['x.jsonl', '--world', 'sums'], 'not from both'],
    [['--world', 'sums', '--upstream', 'nope'], 'There is no "nope" under upstreams'],
    [['--world', 'sums', '--samples', '1', '--temperature', '0,1'], 'cannot have 2 temperatures'],
    [['--world', 'sums', '--judge', 'tiny'], '--improvement judged'],
    [['--world', 'sums', '--split', '90/5'], 'add up to 100'],
    [['--world', 'sums', '--balance', '1'], 'less than 1'],
    [['--finish-only'], 'no answers in'],
  ])('is called wrongly with %j', async (more, message) => {
    const { folder } = await scripted(1);
    const { code, stderr } = await runCommand(['data', 'build', '--out', join(folder, 'data'), ...more], {
      cwd: folder,
    });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

it(
  `loses and doubles nothing when it is killed (${KILLS} moments)`,
  { timeout: 60_000 + KILLS * 20_000 },
  async () => {
    const { args, out, server } = await scripted(60, {}, 'hesitant');
    const more = ['--concurrency', '8', '--prefixes', 'both'];
    const began = server.requests.length;
    expect((await runCommand(args('whole', ...more))).code).toBe(0);
    const whole = await tuplesIn(out('whole'));
    const requests = server.requests.length - began;
    let killed = 0;
    for (let moment = 0; moment < KILLS; moment += 1) {
      const name = `killed-${moment}`;
      const after = server.requests.length + Math.floor(Math.random() * requests);
      const running = startCommand(args(name, ...more));
      await Promise.race([server.until((now) => now.requests.length > after), running.ended]);
      running.child.kill('SIGKILL');
      if ((await running.ended) === null) killed += 1;
      await server.until(({ openRequests }) => openRequests === 0);
      const { code, stderr } = await runCommand(args(name, ...more));
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(await tuplesIn(out(name)), `killed after ${after - began} requests`).toEqual(whole);
      const ids = (await readFile(join(out(name), 'answers.jsonl'), 'utf8')).match(/^\{"id":"\w+"/gm) ?? [];
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(120);
    }
    expect(killed).toBeGreaterThan(0);
  },
);
