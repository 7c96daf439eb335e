import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TraceSummary } from '@stream-aligner/core';
import type { TupleRecord } from '@stream-aligner/lab';
import { scriptAnswers, startScriptedServer } from '@stream-aligner/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { runCommand, startCommand, temporaryFile } from '../../testing/run-command.ts';

const ANSWER = 'One is first. Two is wrong. Three is odd. Four is last.';

/** A gateway as a command, whose answers are traced; stopped by `stop`. */
async function startServing() {
  const server = await startScriptedServer({
    upstream: (request) => scriptAnswers({ [request.question]: ANSWER })(request),
    aligner: ({ draft }) => draft.replace('wrong', 'right').replace('odd', 'even'),
  });
  onTestFinished(() => server.close());
  const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-from-traces-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const at = { type: 'openai-compatible', baseUrl: server.baseUrl };
  const config = await temporaryFile(
    'gateway.yaml',
    JSON.stringify({
      upstreams: { big: { ...at, model: 'scripted' } },
      aligners: {
        small: { ...at, model: 'scripted', contract: 'stream-aligner' },
        mute: { ...at, model: 'empty', contract: 'stream-aligner' },
      },
      models: {
        main: { upstream: 'big', aligner: 'small' },
        shadow: { upstream: 'big', aligner: 'small', mode: 'shadow' },
        unjudged: { upstream: 'big', aligner: 'mute', onAlignerFailure: 'pass' },
      },
    }),
  );
  const file = join(folder, 'traces.db');
  const command = startCommand(['serve', '--config', config, '--port', '0', '--traces', file]);
  const [, url = ''] = await command.until(/ at (http:\S+)[\s\S]*Ctrl-C stops/);

  async function post(path: string, method: string, body: unknown): Promise<void> {
    const init = { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(url + path, init);
    if (!response.ok) throw new Error(await response.text());
    await response.text();
  }

  /** The trace that was written last, once there are so many. */
  async function latest(count: number): Promise<TraceSummary> {
    for (;;) {
      const page = (await (await fetch(`${url}/api/traces`)).json()) as { data: TraceSummary[] };
      const [first] = page.data;
      if (first && page.data.length === count) return first;
      await sleep(20);
    }
  }

  let asked = 0;
  return {
    file,
    out: join(folder, 'data'),
    /** Asks a model, and says of its sentences what is told by their rounds. */
    async reviewed(
      model: string,
      messages: { role: string; content: string }[],
      said: Record<number, object>,
    ): Promise<void> {
      await post('/v1/chat/completions', 'POST', { model, messages });
      asked += 1;
      const { id } = await latest(asked);
      for (const [round, feedback] of Object.entries(said))
        await post(`/api/traces/${id}/feedback/${round}`, 'PUT', feedback);
    },
    async stop() {
      command.child.kill('SIGINT');
      expect(await command.ended).toBe(0);
    },
  };
}

it('an edited correction ends up in a training file with its provenance', async () => {
  const serving = await startServing();
  const question = (text: string) => [{ role: 'user', content: text }];
  await serving.reviewed('main', question('Which?'), {
    1: { verdict: 'accepted' },
    2: { verdict: 'edited', text: 'Two is best.' },
    3: { verdict: 'accepted' },
    4: { verdict: 'rejected' },
  });
  await serving.reviewed('shadow', question('Which in shadow?'), {
    2: { verdict: 'accepted' },
    3: { verdict: 'edited', text: 'Three is odd.' },
  });
  await serving.reviewed(
    'unjudged',
    [...question('And then?'), { role: 'assistant', content: 'One is first.' }],
    {
      1: { verdict: 'edited', text: 'Two is mended.' },
      2: { verdict: 'accepted' },
    },
  );
  await serving.reviewed('main', question('Bad?'), { 1: { verdict: 'rejected' } });
  await serving.reviewed('main', question('Never looked at?'), {});
  await serving.stop();

  const { file, out } = serving;
  const build = ['data', 'build', '--from-traces', file, '--out', out, '--split', '100/0/0'];
  const built = await runCommand(build);
  expect(built.stderr).toBe('');
  expect(built.stdout).toContain('4 reviewed answers: 4 sentences accepted, 3 edited, 2 rejected');
  const tuples = await tuplesIn(out);
  expect(
    tuples.map(({ question, prefix, last, correction, provenance: { round, action, served } }) => [
      `${served?.model} ${round} ${served?.verdict} ${action}`,
      question,
      prefix,
      last,
      correction,
    ]),
  ).toEqual([
    ['main 1 accepted keep', 'Which?', '', 'One is first.', 'One is first.'],
    ['main 2 edited rewrite', 'Which?', 'One is first.', 'Two is wrong.', 'Two is best.'],
    // What the upstream went on from is what was sent, and not the edit that came later.
    ['main 3 accepted rewrite', 'Which?', 'One is first. Two is right.', 'Three is odd.', 'Three is even.'],
    ['shadow 2 accepted rewrite', 'Which in shadow?', 'One is first.', 'Two is wrong.', 'Two is right.'],
    [
      'shadow 3 edited keep',
      'Which in shadow?',
      'One is first. Two is wrong.',
      'Three is odd.',
      'Three is odd.',
    ],
    ['unjudged 1 edited rewrite', 'And then?', 'One is first.', 'Two is wrong.', 'Two is mended.'],
    [
      'unjudged 2 accepted keep',
      'And then?',
      'One is first. Two is wrong.',
      'Three is odd.',
      'Three is odd.',
    ],
  ]);
  expect(tuples[1]?.provenance).toEqual({
    answer: expect.stringMatching(/^[\da-f-]{36}$/),
    round: 2,
    action: 'rewrite',
    upstream: 'scripted',
    annotator: 'human',
    prefixes: 'corrected',
    seed: 0,
    temperature: 0,
    version: expect.stringMatching(/^\d+\.\d+/),
    served: {
      model: 'main',
      aligner: 'scripted',
      version: expect.stringMatching(/^\d+\.\d+/),
      verdict: 'edited',
    },
  });

  const stats = await runCommand(['data', 'stats', out, '--json']);
  expect(JSON.parse(stats.stdout)).toMatchObject({ rows: 7, keeps: 3, rewrites: 4, answers: 3 });
  const shown = await runCommand(['data', 'show', out, '--match', 'mended']);
  expect(shown.stdout).toContain('{+mended+}');
  const exported = await runCommand(['data', 'export', join(out, 'train.jsonl'), '--to', 'trl']);
  expect(exported.stdout.trim().split('\n')).toHaveLength(7);

  const again = await runCommand([...build, '--balance', '0']);
  expect(again.code).toBe(0);
  expect((await tuplesIn(out)).map(({ provenance }) => provenance.action)).toEqual(Array(4).fill('rewrite'));
});

it.each([
  ['no file', [], 1, /none\.db cannot be opened/],
  ['prompts beside it', ['prompts.jsonl'], 2, /prompts means nothing/],
  ['a world beside it', ['--world', 'sums'], 2, /--world means nothing/],
  ['a judge', ['--improvement', 'judged', '--judge', 'x'], 2, /--improvement means nothing/],
])('says what is wrong with %s', async (_what, args, expected, message) => {
  const { code, stderr } = await runCommand(
    ['data', 'build', ...args, '--from-traces', 'none.db', '--out', 'out'],
    {
      cwd: tmpdir(),
    },
  );
  expect(code).toBe(expected);
  expect(stderr).toMatch(message);
});

/** The tuples of a folder's training file, sorted by what was asked, and by rounds. */
async function tuplesIn(out: string): Promise<TupleRecord[]> {
  const text = await readFile(join(out, 'train.jsonl'), 'utf8');
  const tuples = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as TupleRecord);
  const keyOf = ({ provenance: { served, round } }: TupleRecord) => `${served?.model} ${round}`;
  return tuples.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}
