import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@stream-aligner/lab/queue';
import { scriptAnswers, type ScriptedServer, startScriptedServer } from '@stream-aligner/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, startCommand } from '../../packages/cli/src/testing/run-command.ts';
import { redisServer, startRedis } from './support/redis.ts';

/** The id of an answer to question 39 is all digits, which BullMQ takes for no job's id. */
const NUMBERS = [...Array.from({ length: 23 }, (_, number) => number), 39];
const question = (number: number) => `Question ${number}?`;
const answers = Object.fromEntries(
  NUMBERS.map((number) => [
    question(number),
    `First about ${number}. Wrong about ${number}. Third about ${number}. Last about ${number}.`,
  ]),
);
/** Enough steps for everything that a slow server will ever say. */
const ALL = 1_000_000;

/** A server that writes the answers and corrects them; its model `slow` waits for steps, and question 3 fails always. */
async function startModels(): Promise<ScriptedServer> {
  const server = await startScriptedServer({
    upstream: scriptAnswers(answers),
    aligner: ({ draft, question: asked }) =>
      Number(/\d+/.exec(asked)?.[0]) % 2 === 0 ? draft.replace('Wrong', 'Right') : draft,
    behave: ({ question: asked, party }) =>
      party === 'upstream' && asked === question(3) ? 'error-first@400' : undefined,
  });
  onTestFinished(() => server.close());
  return server;
}

/** A folder with prompts and configurations, and a Redis. */
async function startQueue(model = 'hesitant') {
  const redis = await startRedis();
  const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-queue-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const prompts = join(folder, 'prompts.jsonl');
  const lines = Object.keys(answers).map((prompt) => JSON.stringify({ prompt }));
  await writeFile(prompts, `${lines.join('\n')}\n`);
  const connection = await connect({ url: redis.url, onNotice: () => {} });
  onTestFinished(() => connection.close());
  let configurations = 0;

  /** The same models at another address are the same models. */
  async function configuration({ baseUrl }: ScriptedServer, name = model): Promise<string> {
    const path = join(folder, `models-${(configurations += 1)}.yaml`);
    const server = { type: 'openai-compatible', baseUrl };
    const upstreams = { big: { ...server, model: name } };
    const aligners = { teacher: { ...server, model: 'scripted', contract: 'instruct' } };
    await writeFile(path, JSON.stringify({ upstreams, aligners }));
    return path;
  }

  const out = (name: string) => join(folder, name);
  return {
    redis,
    client: connection.redis,
    out,
    configuration,
    build: (name: string, config: string) => [
      ...['data', 'build', prompts, '--config', config, '--annotator', 'teacher', '--split', '60/20/20'],
      ...['--prefixes', 'both', '--out', out(name)],
    ],
    queued: ['--queue', redis.url],
    async worker(config: string, ...more: string[]) {
      const args = ['worker', '--queue', redis.url, '--config', config, '--concurrency', '3', ...more];
      const worker = startCommand(args);
      await worker.until(/answers at once/);
      return worker;
    },
  };
}

/** Lines without what two runs of one process do not share either: where a server was, and tokens of called-off verdicts. */
async function sorted(folder: string, name: string): Promise<string[]> {
  const text = (await readFile(join(folder, name), 'utf8')).replace(/127\.0\.0\.1:\d+|"usage":.*/g, '');
  return text.split('\n').slice(0, -1).sort();
}

/** All that a build wrote, each file as a set. */
async function contents(folder: string): Promise<Record<string, string[]>> {
  const names = ['answers', 'failures', 'train', 'validation', 'test'].map((name) => `${name}.jsonl`);
  const files = await Promise.all(names.map(async (name) => [name, await sorted(folder, name)] as const));
  return Object.fromEntries(files);
}

describe.skipIf(redisServer === null)('a build on a queue', () => {
  it('gives what one process gives, failures included, and leaves nothing in Redis', async () => {
    const models = await startModels();
    const { build, queued, out, worker, client, configuration } = await startQueue();
    const config = await configuration(models);
    expect((await runCommand(build('alone', config))).code).toBe(0);
    const workers = [await worker(config), await worker(await configuration(await startModels()))];
    const { code, stdout, stderr } = await runCommand([...build('queue', config), ...queued]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^46 answers, 46 of them made now/);
    expect(stdout).toContain('2 answers failed');
    expect(await contents(out('queue'))).toEqual(await contents(out('alone')));
    for (const each of workers) {
      await each.until(/Build \w+ is over/);
      each.child.kill('SIGINT');
      expect(await each.ended).toBe(0);
      expect(each.stdout()).toMatch(/\d+ answers, \d+ of them failed/);
      expect(each.stderr()).toBe('');
    }
    const left = await client.keys('*');
    expect(left.filter((key) => !key.startsWith('stream-aligner:workers:'))).toEqual([]);
  });

  it('loses nothing when a worker is killed with answers in hand', async () => {
    const [stuck, models] = [await startModels(), await startModels()];
    const { build, queued, out, worker, configuration } = await startQueue('slow');
    models.step(ALL);
    const config = await configuration(models);
    expect((await runCommand(build('alone', config))).code).toBe(0);
    const lost = await worker(await configuration(stuck));
    const building = startCommand([...build('queue', config), ...queued]);
    await stuck.until(({ openRequests }) => openRequests === 3);
    lost.child.kill('SIGKILL');
    await worker(config);
    expect(await building.ended).toBe(0);
    expect(await contents(out('queue'))).toEqual(await contents(out('alone')));
  });

  it('goes on after its producer was killed, with what was answered meanwhile', async () => {
    const models = await startModels();
    const { build, queued, out, worker, configuration } = await startQueue('slow');
    const config = await configuration(models);
    await worker(config);
    const building = startCommand([...build('queue', config), ...queued]);
    await models.until(({ openRequests }) => openRequests === 3);
    building.child.kill('SIGKILL');
    await building.ended;
    models.step(ALL);
    const { code, stderr } = await runCommand([...build('queue', config), ...queued]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const requests = () => models.requests.filter(({ model }) => model === 'slow').length;
    const asked = requests();
    expect((await runCommand(build('alone', config))).code).toBe(0);
    expect(await contents(out('queue'))).toEqual(await contents(out('alone')));
    // Nothing was asked twice.
    expect(asked).toBe(requests() - asked);
  });

  it('is not answered by a worker with another model, which says so to both', async () => {
    const [models, others] = [await startModels(), await startModels()];
    const { build, queued, worker, configuration } = await startQueue();
    const config = await configuration(models);
    const wrong = await worker(await configuration(others, 'another'));
    const building = startCommand([...build('queue', config), ...queued]);
    const why = 'Its "big" is another, and the build\'s is hesitant.';
    await wrong.until(/Does not work for build/);
    expect(wrong.stdout()).toContain(why);
    await expect.poll(() => building.stderr(), { timeout: 10_000 }).toContain(why);
    await worker(config);
    expect(await building.ended).toBe(0);
    expect(building.stderr()).toMatch(/^stream-aligner: Worker \S+ does not work for this build\. /);
    expect(others.requests).toEqual([]);
  });

  it('goes on when Redis comes back with nothing in it', async () => {
    const models = await startModels();
    const { build, queued, out, worker, redis, configuration } = await startQueue('slow');
    const config = await configuration(models);
    await worker(config);
    const building = startCommand([...build('queue', config), ...queued]);
    await models.until(({ openRequests }) => openRequests === 3);
    await redis.restartEmpty();
    models.step(ALL);
    expect(await building.ended).toBe(0);
    expect(building.stderr()).toMatch(/was lost; trying again\.\n.* is there again\.\n$/);
    expect((await runCommand(build('alone', config))).code).toBe(0);
    expect(await contents(out('queue'))).toEqual(await contents(out('alone')));
  });

  it('calls off what is queued and in hand at Ctrl-C', async () => {
    const models = await startModels();
    const { build, queued, worker, client, configuration } = await startQueue('slow');
    const config = await configuration(models);
    const running = await worker(config);
    const building = startCommand([...build('queue', config), ...queued]);
    await models.until(({ openRequests }) => openRequests === 3);
    building.child.kill('SIGINT');
    expect(await building.ended).toBe(130);
    await running.until(/Build \w+ is over/);
    await models.until(({ openRequests }) => openRequests === 0);
    expect(await client.hlen('stream-aligner:builds')).toBe(0);
    models.step(ALL);
    expect((await runCommand([...build('queue', config), ...queued])).code).toBe(0);
  });

  it('ends at Ctrl-C even if Redis is away', async () => {
    const models = await startModels();
    const { build, queued, worker, redis, configuration } = await startQueue('slow');
    const config = await configuration(models);
    const running = await worker(config);
    const building = startCommand([...build('queue', config), ...queued]);
    await models.until(({ openRequests }) => openRequests === 3);
    await redis.stop();
    building.child.kill('SIGINT');
    expect(await building.ended).toBe(130);
    expect(building.stderr()).toContain('stays in it until the build goes on');
    // The first one waits for what is in hand.
    running.child.kill('SIGINT');
    await running.until(/finishes what is in hand/);
    running.child.kill('SIGINT');
    expect(await running.ended).toBe(130);
  });

  it('ends a worker for which everything fails', async () => {
    const models = await startModels();
    const { build, queued, worker, configuration } = await startQueue('error-first@401');
    const config = await configuration(models);
    const failing = await worker(config, '--give-up-after', '4');
    const building = startCommand([...build('queue', config), ...queued]);
    expect(await failing.ended).toBe(1);
    expect(failing.stderr()).toMatch(
      /^stream-aligner: The last 4 answers of this worker have all failed, so it ends/,
    );
    building.child.kill('SIGINT');
    expect(await building.ended).toBe(130);
  });

  it('is not disturbed by what else is in Redis', async () => {
    const models = await startModels();
    const { build, queued, out, worker, client, configuration } = await startQueue();
    const config = await configuration(models);
    await client.hset('stream-aligner:builds', '0123456789abcdef', '{"version":1}', '../x', 'text');
    const running = await worker(config);
    await running.until(/Does not work for build 0123456789abcdef\. It does not understand/);
    const building = startCommand([...build('queue', config), ...queued]);
    expect(await building.ended).toBe(0);
    expect(await sorted(out('queue'), 'answers.jsonl')).toHaveLength(46);
  });

  it('lets a worker finish what it has in hand at Ctrl-C', async () => {
    const models = await startModels();
    const { build, queued, worker, configuration } = await startQueue('slow');
    const config = await configuration(models);
    const leaving = await worker(config);
    const building = startCommand([...build('queue', config), ...queued]);
    await models.until(({ openRequests }) => openRequests === 3);
    leaving.child.kill('SIGINT');
    await leaving.until(/finishes what is in hand/);
    models.step(ALL);
    expect(await leaving.ended).toBe(0);
    expect(leaving.stdout()).toMatch(/\b3 answers, \d of them failed/);
    await worker(config);
    expect(await building.ended).toBe(0);
  });

  it('never prints a password', async () => {
    const { url } = await startRedis({ password: 'open-sesame' });
    const worker = (password: string) => ['worker', '--queue', url.replace('//', `//:${password}@`)];
    const refused = await runCommand(worker('wrong-word'));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('refuses the user or the password');
    expect(`${refused.stdout}${refused.stderr}`).not.toContain('wrong-word');
    for (const [args, env] of [
      [worker('open-sesame'), {}],
      [['worker', '--queue', url], { STREAM_ALIGNER_QUEUE_PASSWORD: 'open-sesame' }],
    ] as const) {
      const running = startCommand(args, { env });
      await running.until(/answers at once/);
      running.child.kill('SIGINT');
      expect(await running.ended).toBe(0);
      expect(`${running.stdout()}${running.stderr()}`).not.toContain('open-sesame');
    }
  });
});
