import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TupleRecord } from '@stream-aligner/lab';
import { scriptAnswers, startScriptedServer } from '@stream-aligner/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { runCommand, temporaryFile } from '../../testing/run-command.ts';
import { type Reviews, startTracedServing } from '../../testing/traced-serving.ts';

const ANSWER = 'One is first. Two is wrong. Three is odd. Four is last.';

/** A gateway of scripted models as a command, whose answers are traced. */
async function startServing() {
  const server = await startScriptedServer({
    upstream: (request) => scriptAnswers({ [request.question]: ANSWER })(request),
    aligner: ({ draft }) => draft.replace('wrong', 'right').replace('odd', 'even'),
  });
  onTestFinished(() => server.close());
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
  return startTracedServing(config);
}

it('an edited correction ends up in a training file with its provenance', async () => {
  const serving = await startServing();
  const question = (text: string) => [{ role: 'user', content: text }];
  const reviewed = async (model: string, messages: { role: string; content: string }[], reviews: Reviews) =>
    serving.review(await serving.ask(model, messages), reviews);
  await reviewed('main', question('Which?'), {
    1: { verdict: 'accepted' },
    2: { verdict: 'edited', text: 'Two is best.' },
    3: { verdict: 'accepted' },
    4: { verdict: 'rejected' },
  });
  await reviewed('shadow', question('Which in shadow?'), {
    2: { verdict: 'accepted' },
    3: { verdict: 'edited', text: 'Three is odd.' },
  });
  await reviewed('unjudged', [...question('And then?'), { role: 'assistant', content: 'One is first.' }], {
    1: { verdict: 'edited', text: 'Two is mended.' },
    2: { verdict: 'accepted' },
  });
  await reviewed('main', question('Bad?'), { 1: { verdict: 'rejected' } });
  await reviewed('main', question('Never looked at?'), {});
  await serving.stop();

  const { file } = serving;
  const out = join(serving.folder, 'data');
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
