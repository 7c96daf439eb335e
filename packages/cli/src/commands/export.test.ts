import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventsOf } from '../testing/events-of.ts';
import { fakePython } from '../testing/fake-python.ts';
import { runCommand } from '../testing/run-command.ts';

async function exported(flags: readonly string[], environment: Record<string, string> = {}) {
  const { python, recipe, env } = await fakePython();
  const [model, out] = [join(dirname(recipe), 'model'), join(dirname(recipe), 'out')];
  await mkdir(model);
  await mkdir(out);
  await writeFile(join(out, 'older.txt'), 'here before');
  const args = ['export', model, '--out', out, '--python', python, ...flags];
  return { ...(await runCommand(args, { env: { ...env, ...environment } })), model, out };
}

describe('export', () => {
  it('shows what was written with sizes, and how to serve it', async () => {
    const { code, stdout, stderr, out } = await exported(['--gguf']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`  2.0 kB  ${out}/model-q8_0.gguf\n    12 B  ${out}/model.safetensors\n`);
    expect(stdout).toContain(`trained: { type: local, modelPath: "${out}/model-q8_0.gguf" }`);
  });

  it('finds the converter that node-llama-cpp carries, unless another is named', async () => {
    const argumentsOf = async (...flags: string[]) => {
      const { stdout, model, out } = await exported(['--json', ...flags]);
      const given = eventsOf(stdout).at(-1)?.['arguments'];
      return { given, start: ['--model', model, '--out', out] };
    };
    const plain = await argumentsOf();
    expect(plain.given).toEqual(plain.start);
    const found = await argumentsOf('--quantize', 'q8_0');
    const converter = expect.stringMatching(/llama\.cpp-[0-9a-f]{12}\/convert_hf_to_gguf\.py$/);
    expect(found.given).toEqual([...found.start, '--gguf', '--quantize', 'q8_0', '--converter', converter]);
    const named = await argumentsOf('--name', 'mine', '--gguf', '--converter', '/c.py');
    expect(named.given).toEqual([...named.start, '--name', 'mine', '--gguf', '--converter', '/c.py']);
  });

  it('passes on what is wrong', async () => {
    const { code, stdout, stderr } = await exported([], { FAKE_TRAINER: 'error' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe('stream-aligner: my.yaml: unknown key "epoch"; known keys: epochs\n');
  });

  it.each([
    [['nowhere', '--out', 'out'], 'There is no folder at'],
    [['.'], '--out'],
    [['.', '--out', 'out', '--quantize', 'q9'], 'q8_0'],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stderr } = await runCommand(['export', ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
