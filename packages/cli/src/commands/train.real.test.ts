import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventsOf } from '../testing/events-of.ts';
import { oneThread, realPython, realTitle, tinyRecipe } from '../testing/real-trainer.ts';
import { runCommand, startCommand } from '../testing/run-command.ts';

const python = realPython ?? '';

describe.skipIf(realPython === null)(realTitle('the real trainer'), { timeout: 300_000 }, () => {
  async function prepared() {
    const recipe = await tinyRecipe(python);
    const folder = dirname(recipe);
    const env = { STREAM_ALIGNER_PYTHON: python, XDG_CACHE_HOME: join(folder, 'cache'), ...oneThread };
    return { recipe, folder, env, run: (...args: string[]) => runCommand(args, { env }) };
  }

  it('trains, leaves what it trained alone, and exports it', async () => {
    const { recipe, folder, run } = await prepared();
    const trained = await run('train', recipe, '--json');
    expect(trained).toMatchObject({ code: 0, stderr: '' });
    const events = eventsOf(trained.stdout);
    expect(events[0]).toMatchObject({ event: 'start', rows: 180, parameters: expect.any(Number) });
    expect(events.filter(({ event }) => event === 'log').map(({ step }) => step)).toEqual([2, 4, 6]);
    expect(events.find(({ event }) => event === 'eval')).toMatchObject({
      ...{ loss: expect.any(Number), keep: expect.any(Number) },
      ...{ exact_rewrite: expect.any(Number), over_edit: expect.any(Number) },
    });
    const model = join(folder, 'out', 'final');
    expect(events.at(-1)).toMatchObject({ event: 'end', path: model });

    const again = await run('train', recipe);
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toMatch(/holds an earlier run.*--resume\n$/);

    const exported = await run('export', model, '--out', join(folder, 'export'), '--gguf');
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    expect(exported.stdout).toMatch(/B {2}\S+model\.safetensors\n/);
    const [, gguf = ''] = /trained: \{ type: local, modelPath: "(\S+\.gguf)" \}/.exec(exported.stdout) ?? [];
    expect(existsSync(gguf)).toBe(true);
  });

  it('passes on what is wrong with a recipe', async () => {
    const { recipe, run } = await prepared();
    const { code, stdout, stderr } = await run('train', recipe, '--set', 'training.epoch=1');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^stream-aligner: .*unknown key 'epoch'; known keys: .*epochs/);
  });

  it('saves at Ctrl-C, and goes on from there', async () => {
    const { recipe, env, run } = await prepared();
    const endless = ['--set', 'training.max_steps=100000', '--set', 'training.save_steps=0'];
    const { child, ended, until, stdout } = startCommand(['train', recipe, '--json', ...endless], { env });
    await until(/"log"/);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    const step = Number(eventsOf(stdout()).findLast(({ event }) => event === 'saved')?.['step']);
    expect(step).toBeGreaterThan(1);

    const rest = ['--set', `training.max_steps=${step + 3}`, '--resume', '--json'];
    const resumed = await run('train', recipe, ...rest);
    const events = eventsOf(resumed.stdout);
    expect(resumed.code).toBe(0);
    expect(events[0]).toMatchObject({ resumed_from: expect.stringMatching(new RegExp(`-${step}$`)) });
    expect(events.at(-1)).toMatchObject({ event: 'end', step: step + 3 });
  });
});
