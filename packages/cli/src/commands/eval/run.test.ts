import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvalSummary, ExampleResult } from '@stream-aligner/lab';
import { tinyModelPath } from '@stream-aligner/local';
import {
  scriptAnswers,
  type ScriptedServerOptions,
  startScoreServer,
  startScriptedServer,
} from '@stream-aligner/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, startCommand } from '../../testing/run-command.ts';

/** At how many moments runs are killed; more in a check by hand. */
const KILLS = Number(process.env['STREAM_ALIGNER_KILLS'] ?? 3);

const question = (number: number) => `What is ${number} and ${number}?`;
/** Every third sum is wrong, and the aligner knows better. */
const answers = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, number) => [
      question(number),
      `Twice ${number} is asked. The sum is ${2 * number + (number % 3 === 0 ? 1 : 0)}. That is all.`,
    ]),
  );

interface Setup extends Partial<ScriptedServerOptions> {
  rows?: (rows: unknown[]) => unknown[];
}

/** A folder with maths questions and a configuration, and the servers behind it. */
async function scripted(count: number, { rows = (all) => all, ...options }: Setup = {}) {
  const server = await startScriptedServer({
    upstream: scriptAnswers(answers(count)),
    aligner: ({ draft }) => {
      const [, sum] = /^The sum is (\d+)\.$/.exec(draft) ?? [];
      return sum !== undefined && Number(sum) % 2 === 1 ? `The sum is ${Number(sum) - 1}.` : draft;
    },
    ...options,
  });
  onTestFinished(() => server.close());
  const scores = await startScoreServer({ score: ({ answer }) => answer.length / 10 });
  onTestFinished(() => scores.close());
  const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-eval-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'maths.jsonl');
  const made = Array.from({ length: count }, (_, number) => ({
    question: question(number),
    answer: `It is doubled.\n#### ${2 * number}`,
  }));
  await writeFile(
    file,
    rows(made)
      .map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`)
      .join(''),
  );
  const { baseUrl } = server;
  const big = { type: 'openai-compatible', baseUrl, model: 'scripted' };
  const config = join(folder, 'eval.yaml');
  await writeFile(
    config,
    JSON.stringify({
      upstreams: { big, judge: big, full: big },
      aligners: { small: { ...big, contract: 'stream-aligner' } },
      scorers: { rm: { baseUrl: scores.baseUrl, model: 'reward' } },
    }),
  );
  const out = (name: string) => join(folder, name);
  const args = (name: string, ...more: string[]) => [
    ...['eval', 'run', '--task', `gsm8k=${file}`, '--config', config, '--upstream', 'big'],
    ...['--aligner', 'small', '--rounds', '1,2,all', '--out', out(name), ...more],
  ];
  return { server, out, args, folder, file, config };
}

async function resultsIn(out: string): Promise<ExampleResult[]> {
  const text = await readFile(join(out, 'results.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ExampleResult)
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

const methodOf = (summary: EvalSummary, name: string) =>
  summary.tasks[0]?.methods.find(({ method }) => method === name);

describe('eval run', () => {
  it('measures an upstream with and without an aligner, and says so with intervals', async () => {
    const { args, out } = await scripted(12);
    const run = await runCommand(args('run', '--concurrency', '3'));
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('gsm8k: 12 examples, with 95 % intervals');
    expect(run.stdout).toMatch(/^raw +66\.7 \(39\.1 to 86\.2\)/m);
    expect(run.stdout).toMatch(/^stream\/all\/continue +100\.0 \(75\.8 to 100\.0\)/m);
    expect(run.stdout).toContain('eval report');
    const summary = JSON.parse(await readFile(join(out('run'), 'summary.json'), 'utf8')) as EvalSummary;
    expect(summary.run).toMatchObject({
      command: expect.stringMatching(/^stream-aligner .*eval run --task gsm8k=/),
      seed: 1,
      models: [
        { as: 'upstream', name: 'big', model: 'scripted' },
        { as: 'aligner', name: 'small', model: 'scripted' },
      ],
    });
    expect(methodOf(summary, 'stream/2/continue')?.againstRaw?.['right']?.mcNemar).toMatchObject({
      gained: 4,
      lost: 0,
    });
    expect(methodOf(summary, 'stream/all/continue')?.sentences?.keepRate).toMatchObject({
      value: expect.closeTo(32 / 36, 9),
      count: 36,
    });
  });

  it('asks a judge in both orders and a reward model, and counts what the judge does not say', async () => {
    const { args } = await scripted(9, {
      upstream: (request) => {
        if (!request.question.includes('##Answer: ')) return scriptAnswers(answers(9))(request);
        // It always prefers what stands first; about one question it says nothing that can be read.
        return request.question.includes('What is 3 and 3') ? 'Hard to say.' : 'VERDICT: FIRST';
      },
    });
    const run = await runCommand(args('run', '--judge', 'judge', '--reward', 'rm', '--json'));
    expect(run.code).toBe(0);
    const whole = methodOf(JSON.parse(run.stdout) as EvalSummary, 'stream/all/continue');
    // Three answers differ from the raw ones: two are ties by the order alone, one is nonsense.
    expect(whole?.judged?.['helpful']).toMatchObject({
      netWinRate: { value: 0, count: 8 },
      nonsense: { value: expect.closeTo(1 / 9, 9), count: 9 },
      firstShare: { value: 1, count: 4 },
      orderDecided: { value: 1, count: 2 },
    });
    expect(whole?.scores?.['reward']).toHaveLength(9);
    expect(whole?.metrics['reward']?.count).toBe(9);
  });

  it('names the rows that it cannot use, and measures the others', async () => {
    const { args, file } = await scripted(6, {
      rows: ([first, ...rest]) => [first, { question: 'Without an answer?' }, '{"question":', ...rest],
    });
    const run = await runCommand(args('run', '--json'));
    const [task] = (JSON.parse(run.stdout) as EvalSummary).tasks;
    expect(task?.examples).toBe(6);
    expect(task?.faults.map(({ at }) => at)).toEqual([`${file}:2`, `${file}:3`]);
    expect(task?.faults[1]?.fault).toContain('not JSON');
  });

  it('fails where nothing could be measured, and says why', async () => {
    const { args } = await scripted(3, { behave: () => 'error-first@400' });
    const run = await runCommand(args('run'));
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/Nothing could be measured.*The first reason: .*400/s);
  });

  it(`killed at ${KILLS} moments, comes to the results of a run that was left alone`, async () => {
    const { args, out, server } = await scripted(30);
    expect((await runCommand(args('whole'))).code).toBe(0);
    const all = server.requests.length;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const before = server.requests.length;
      const run = startCommand(args('broken', '--concurrency', '2'));
      await server.until(({ requests }) => requests.length > before + (all * kill) / (KILLS + 2) / KILLS);
      run.child.kill('SIGKILL');
      await run.ended;
    }
    expect((await runCommand(args('broken', '--concurrency', '2'))).code).toBe(0);
    const timeless = (results: ExampleResult[]) =>
      results.map(({ id, question: asked, answers: given }) => ({
        id,
        asked,
        given: given.map((answer) => ({ ...answer, cost: null })),
      }));
    expect(timeless(await resultsIn(out('broken')))).toEqual(timeless(await resultsIn(out('whole'))));
  });

  it('does not go on with a run whose model has been trained anew under its name', async () => {
    const { folder, out } = await scripted(1);
    const modelPath = join(folder, 'upstream.gguf');
    const config = join(folder, 'local.yaml');
    const weights = await readFile(await tinyModelPath('upstream'));
    await writeFile(modelPath, weights);
    await writeFile(config, JSON.stringify({ upstreams: { own: { type: 'local', modelPath } } }));
    const args = ['eval', 'run', '--task', 'sums', '--count', '1', '--config', config, '--out', out('run')];
    expect((await runCommand(args)).code).toBe(0);
    weights.writeUInt8(weights.readUInt8(weights.length - 4) ^ 1, weights.length - 4);
    await writeFile(modelPath, weights);
    const again = await runCommand(args);
    expect(again.code).toBeGreaterThan(0);
    expect(again.stderr).toContain('this folder holds another run:\n  upstream.settings');
  });

  it('ended by Ctrl-C, says how to go on', async () => {
    const { args, server } = await scripted(2_000);
    const run = startCommand(args('run'));
    await server.until(({ requests }) => requests.length > 20);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(130);
    expect(run.stderr()).toContain('run the same command again to go on');
  });

  it.each([
    [['--task', 'sums=x.jsonl'], 'reads no file'],
    [['--task', 'mmlu'], 'There is no task "mmlu"'],
    [['--task', 'math'], 'write it as math=FILE'],
    [['--task', 'over-refusal=x.jsonl'], 'Name one with --judge'],
    [['--task', 'gsm8k=/nowhere.jsonl'], '/nowhere.jsonl'],
    [['--task', 'sums', '--criterion', 'helpful'], 'A criterion is for a judge'],
    [['--task', 'sums', '--reward', 'none'], 'There is no "none" under scorers'],
    [['--task', 'sums', '--best-of', '2', '--rank-by', 'reward'], 'name one with --reward'],
    [['--task', 'sums', '--rounds', '0'], '0 rounds is "raw"'],
    [['--task', 'sums', '--then', 'halt'], 'continue, stop, or both'],
    [[], 'Name at least one task'],
  ])('%j: says what is wrong', async (flags, message) => {
    const run = await runCommand(['eval', 'run', '--out', 'run', ...flags]);
    expect(run.code).toBeGreaterThan(0);
    expect(run.stderr).toContain(message);
  });
});
