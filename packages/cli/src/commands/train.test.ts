import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { eventsOf } from '../testing/events-of.ts';
import { fakePython } from '../testing/fake-python.ts';
import { runCommand, startCommand } from '../testing/run-command.ts';
import { hasTerminals, runInTerminal } from '../testing/terminal.ts';

/** Runs `train` with a trainer that behaves as told. */
async function trained(how: string, flags: readonly string[] = [], environment: Record<string, string> = {}) {
  const { python, recipe, env, cache } = await fakePython();
  const args = ['train', recipe, '--python', python, ...flags];
  const result = await runCommand(args, { env: { ...env, FAKE_TRAINER: how, ...environment } });
  return { ...result, cache, recipe };
}

/** How the system says a process is; '' when there is none. */
const stateOf = (pid: number) =>
  promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  );

describe('train', () => {
  it('writes a line now and then to a pipe, and at the end where the model is and what to do with it', async () => {
    const { code, stdout, stderr, cache } = await trained('finish');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').slice(0, 6)).toEqual([
      '1.23 M parameters, 5,000 rows (3 left out), 40 steps',
      '  2 %  loss 2.0000 · step 1/40 · epoch 0.07 · 1,234 tokens/s · 4 min left',
      ' 25 %  evaluation: loss 0.2500 · keep 25.0 % · exact rewrite 12.5 % · over-edit 10.0 %',
      ' 50 %  evaluation: loss 0.1250 · keep 50.0 % · exact rewrite 25.0 % · over-edit 5.0 %',
      ' 75 %  evaluation: loss 0.0833 · keep 75.0 % · exact rewrite 37.5 % · over-edit 3.3 %',
      '100 %  evaluation: loss 0.0625 · keep 100.0 % · exact rewrite 50.0 % · over-edit 2.5 %',
    ]);
    expect(stdout).toContain("stream-aligner export '/models/my aligner' --out /models-export");
    expect(stdout).toContain('contract: stream-aligner }');
    expect(await readdir(join(cache, 'stream-aligner', 'logs'))).toEqual([]);
  });

  it('passes the events through with --json, and nothing else', async () => {
    const { code, stdout } = await trained('finish', ['--json']);
    const events = eventsOf(stdout);
    expect([code, events.length, events[0]?.['event'], events.at(-1)?.['event']]).toEqual([
      0,
      1 + 40 + 4 + 2,
      'start',
      'end',
    ]);
  });

  it('tells the trainer what to change, and where core keeps its contracts', async () => {
    const flags = ['--base', 'hub/model', '--out', 'o', '--set', 'seed=3', '--set', 'training.lr=1e-4'];
    const { stdout, recipe } = await trained('arguments', [
      ...flags,
      '--data',
      '/data',
      '--resume',
      '--json',
    ]);
    const end = eventsOf(stdout).at(-1);
    const set = ['resume=auto', 'model.base="hub/model"', expect.stringMatching(/^out=".*\/o"$/)];
    expect(end).toMatchObject({
      arguments: [
        ...['-m', 'stream_aligner_trainer.train', '--config', recipe, '--dir', '/data'],
        ...[...set, 'seed=3', 'training.lr=1e-4'].flatMap((setting) => ['--set', setting]),
      ],
      PYTHONPATH: expect.stringMatching(/trainer$/),
    });
    expect(existsSync(join(String(end?.['STREAM_ALIGNER_CONTRACTS']), 'stream-aligner.json'))).toBe(true);
  });

  it('starts one process a GPU through accelerate, on one machine or on many', async () => {
    const one = eventsOf((await trained('arguments', ['--gpus', '4', '--json'])).stdout).at(-1);
    expect(String(one?.['arguments'])).toMatch(
      /^-m,accelerate.commands.launch,--multi_gpu,--num_processes,4,--num_machines,1,.*,-m,stream_aligner_trainer.train/,
    );
    const split = eventsOf((await trained('arguments', ['--gpus', '4', '--fsdp', '--json'])).stdout).at(-1);
    expect(String(split?.['arguments'])).toMatch(/--config_file,[^,]+fsdp\.yaml,--num_processes,4,/);
    const flags = ['--gpus', '4', '--machines', '2', '--machine', '1'];
    const many = await trained('arguments', [...flags, '--main', '10.0.0.1:29500', '--json']);
    expect(String(eventsOf(many.stdout).at(-1)?.['arguments'])).toMatch(
      /--num_processes,8,--num_machines,2,.*--machine_rank,1,--main_process_ip,10.0.0.1,--main_process_port,29500/,
    );
    const { code, stderr } = await trained('arguments', flags);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--main <host:port>')]);
  });

  it('passes on what the trainer says is wrong', async () => {
    const { code, stdout, stderr } = await trained('error');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe('stream-aligner: my.yaml: unknown key "epoch"; known keys: epochs\n');
    const json = await trained('error', ['--json']);
    expect(eventsOf(json.stdout)).toEqual([expect.objectContaining({ event: 'error', code: 'bad-config' })]);
  });

  it('shows the end of what Python printed when it ends without a word, and keeps all of it', async () => {
    const { code, stdout, stderr, cache } = await trained('crash');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^a library warns[\s\S]*IndexError: list index out of range\nstream-aligner: The trainer ended/,
    );
    const [log = ''] = await readdir(join(cache, 'stream-aligner', 'logs'));
    expect(stderr).toContain(log);
    const json = await trained('crash', ['--json']);
    expect(eventsOf(json.stdout)).toMatchObject([{ event: 'error', code: 'internal' }]);
  });
});

describe('Ctrl-C', () => {
  async function started(how: string) {
    const { python, recipe, env } = await fakePython();
    const args = ['train', recipe, '--python', python, '--json', '--set', 'seed=3'];
    const running = startCommand(args, { env: { ...env, FAKE_TRAINER: how } });
    const [, worker] = await running.until(/"ready","worker":(\d+|null)/);
    return { ...running, worker: Number(worker) };
  }

  it('lets the trainer save, and says how to go on', async () => {
    const { child, ended, stdout, stderr } = await started('stall');
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(stdout()).toContain('"stopped"');
    expect(stderr()).toMatch(
      /^Stopping: .*\nStopped, and saved.*\n {2}stream-aligner train '.*' --set seed=3 .*--resume\n$/,
    );
  });

  it('ends everything at once the second time', async () => {
    const { child, ended, until, stderr, worker } = await started('deaf');
    child.kill('SIGINT');
    await until(/"saved"/);
    expect(await stateOf(worker)).toMatch(/^[RS]/);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    // Gone, or dead and not yet collected by the system.
    expect(await stateOf(worker)).toMatch(/^(Z|$)/);
    expect(stderr()).toContain('Stopped without saving');
  });
});

describe.skipIf(!hasTerminals)('on a terminal', () => {
  async function shown(flags: readonly string[] = []) {
    const { python, recipe, env } = await fakePython();
    return runInTerminal(['train', recipe, '--python', python, ...flags], env);
  }

  it('draws a bar and curves in place', async () => {
    const output = await shown();
    expect(output).toContain('\x1b[6A\r\x1b[J');
    const lines = stripVTControlCharacters(output).replaceAll('\r', '').split('\n');
    const bar = lines.findLastIndex((line) => line.startsWith('█'));
    expect(lines.slice(bar, bar + 6)).toEqual([
      '█████████████████ 100 %  step 40/40 · epoch 3.00 · 1,234 tokens/s · after 4 min',
      expect.stringMatching(/^loss {12}0\.0500 █▄▃▃▂[▁▂]+$/),
      'eval loss       0.0625 █▃▂▁',
      'keep           100.0 % ▁▃▆█',
      'exact rewrite   50.0 % ▁▃▆█',
      'over-edit        2.5 % █▃▂▁',
    ]);
  });

  it('takes colours away', async () => {
    expect(await shown()).toContain('\x1b[36m');
    expect(await shown(['--no-color'])).not.toMatch(/\[3\dm/);
  });
});

describe('what train needs', () => {
  it('is said when it is not there', async () => {
    const { recipe, env, python } = await fakePython();
    const none = await runCommand(['train', recipe], { env });
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringContaining('Run `stream-aligner train --setup` once'),
    ]);
    const runWith = (flags: string[], environment = {}) =>
      runCommand(['train', recipe, ...flags], { env: { ...env, ...environment } });
    expect((await runWith(['--python', '/no/python'])).stderr).toContain('no working Python at /no/python');
    const old = await runWith([], { STREAM_ALIGNER_PYTHON: python, FAKE_PROBE: '[[3, 9], []]' });
    expect(old.stderr).toContain('is 3.9, and training needs 3.10 or later');
    const bare = await runWith(['--python', python], { FAKE_PROBE: '[[3, 11], ["trl"]]' });
    expect([bare.code, bare.stderr]).toEqual([1, expect.stringMatching(/lacks packages .*: trl\. /)]);
  });

  it.each([
    [[], 'Name a recipe'],
    [['none.yaml'], /no recipe at .*none\.yaml/],
    [['nonesuch'], /No recipe is called "nonesuch"\. Those that come with the trainer: .*tiny-aligner/],
    [['x.yaml', '--set', 'epochs'], 'key=value'],
    [['x.yaml', '--gpus', '0'], '1 or more'],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stderr } = await runCommand(['train', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('lists its recipes, each with what it is for', async () => {
    const { code, stdout } = await runCommand(['train', '--list']);
    expect(code).toBe(0);
    for (const line of stdout.trimEnd().split('\n')) expect(line).toMatch(/^[\w-]+ {2,}\w+/);
  });
});

describe('train --setup', () => {
  it('makes the environment that train then finds', async () => {
    const { python, recipe, env } = await fakePython();
    const made = await runCommand(['train', '--setup', '--python', python], { env });
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/trainer-[0-9a-f]{16}\. `stream/) });
    expect(made.stderr).toContain('Collecting torch');
    expect((await runCommand(['train', recipe], { env })).code).toBe(0);
    const again = await runCommand(['train', '--setup', '--python', '/no/python'], { env });
    expect(again).toEqual({ ...made, stderr: '' });
  });

  it('leaves nothing that looks whole when it fails or is stopped, and begins again', async () => {
    const { python, recipe, env, cache } = await fakePython();
    const setup = ['train', '--setup', '--python', python];
    const failed = await runCommand(setup, { env: { ...env, FAKE_TRAINER: 'crash' } });
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('No space left on device')]);
    const { child, ended } = startCommand(setup, { env: { ...env, FAKE_TRAINER: 'stall' } });
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (text: Buffer) => {
        if (text.toString().includes('"ready"')) resolve();
      });
    });
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect((await runCommand(['train', recipe], { env })).code).toBe(1);
    expect((await runCommand(setup, { env })).code).toBe(0);
    const [folder = ''] = (await readdir(join(cache, 'stream-aligner'))).filter((name) => name !== 'logs');
    expect(basename(folder)).toMatch(/^trainer-/);
  });
});
