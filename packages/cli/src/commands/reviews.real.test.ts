import { join } from 'node:path';
import { isJudged, type JudgedEvent, type Trace } from '@stream-aligner/core';
import { type Task, tasksOf } from '@stream-aligner/lab';
import { describe, expect, it } from 'vitest';
import { oneThread, realPython, realTitle } from '../testing/real-trainer.ts';
import { runCommand, temporaryFile } from '../testing/run-command.ts';
import { type Reviews, startTracedServing, type TracedServing } from '../testing/traced-serving.ts';

/** What the embedded aligner was never taught to mend. */
const UNSEEN = 'flaw: certainty';
const REVIEWED = 12;
const ASKED = 30;

describe.skipIf(realPython === null)(
  realTitle('from reviews to a better aligner'),
  { timeout: 300_000 },
  () => {
    it('serve, review, train, serve: what its reviewers mended it mends', async () => {
      const serving = await startTracedServing();
      for (const task of questions('train', REVIEWED)) {
        const trace = await ask(serving, task);
        await serving.review(trace, reviewsOf(task, trace));
      }
      const before = await mended(serving);
      await serving.stop();

      const data = join(serving.folder, 'reviews');
      const model = join(serving.folder, 'better');
      const env = { STREAM_ALIGNER_PYTHON: realPython ?? '', ...oneThread };
      const run = async (...args: string[]) => {
        const { code, stdout, stderr } = await runCommand(args, { env });
        expect(code, stderr).toBe(0);
        return stdout;
      };
      await run('data', 'build', '--from-traces', serving.file, '--out', data, '--split', '100/0/0');
      await run('train', 'tiny-reviewed', '--data', data, '--base', 'tiny', '--out', model, '--json');
      const exported = await run('export', join(model, 'final'), '--out', `${model}-export`, '--gguf');
      const [, modelPath] = /modelPath: "(\S+\.gguf)"/.exec(exported) ?? [];

      const config = {
        aligners: { better: { type: 'local', modelPath } },
        models: { 'tiny-aligned': { upstream: 'tiny', aligner: 'better' } },
      };
      const again = await startTracedServing(await temporaryFile('better.yaml', JSON.stringify(config)));
      const after = await mended(again);
      await again.stop();
      expect(after.flawed).toBeGreaterThan(30);
      expect(after.mended / after.flawed).toBeGreaterThan(before.mended / before.flawed + 0.2);
      expect(after.changed).toBeLessThanOrEqual(before.changed + 3);
    });
  },
);

/** Questions that call for the flaw. Those of `test` share nothing with those of `train`. */
function questions(split: 'train' | 'test', count: number): Task[] {
  const all = tasksOf('manners', { split, seed: 501, count: 40 * count });
  return [...all].filter(({ strata }) => strata.includes(UNSEEN)).slice(0, count);
}

function ask(serving: TracedServing, { question }: Task): Promise<Trace> {
  return serving.ask('tiny-aligned', [{ role: 'user', content: question }]);
}

/**
 * Each judged sentence with what the world's checker, who stands in for a person, says of it. One without a verdict, at
 * which its answer failed, is as bad as none.
 */
function* checked({ correct }: Task, { events }: Trace) {
  let prefix = '';
  for (const event of events) {
    if (!isJudged(event)) continue;
    const { round, lead, draft } = event;
    const said = saidIn(event);
    const wanted = correct({ prefix, draft });
    yield { round, draft, said, wanted, isGood: correct({ prefix, draft: said }) === said };
    prefix += lead + said;
  }
}

function saidIn(event: JudgedEvent): string {
  if (event.type === 'aligner-failed') return '';
  return event.type === 'sentence-kept' ? event.draft : event.text;
}

function reviewsOf(task: Task, trace: Trace): Reviews {
  const reviews: Reviews = {};
  for (const { round, wanted, isGood } of checked(task, trace)) {
    if (isGood) reviews[round] = { verdict: 'accepted' };
    else reviews[round] = wanted === null ? { verdict: 'rejected' } : { verdict: 'edited', text: wanted };
  }
  return reviews;
}

/** How many flawed drafts of unseen questions are made good, and how many good ones are changed. */
async function mended(serving: TracedServing) {
  const counts = { flawed: 0, mended: 0, changed: 0 };
  for (const task of questions('test', ASKED))
    for (const { draft, said, wanted, isGood } of checked(task, await ask(serving, task))) {
      if (wanted === draft) counts.changed += Number(said !== draft);
      else {
        counts.flawed += 1;
        counts.mended += Number(isGood);
      }
    }
  return counts;
}
