import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRandom, type Random } from '../../packages/lab/src/worlds/random.ts';
import { report } from './support/figures.ts';
import { type Answer, llamaAligner, llamaUpstream, startGateway } from './support/gateway.ts';
import { type LlamaServer, llamaServer, startLlamaServer } from './support/llama-server.ts';
import { questions } from './support/questions.ts';
import { startTap, type Tap } from './support/tap.ts';

const CUTS = 100;
const KILLS = 10;

describe.skipIf(llamaServer === null)('an upstream that dies in mid-answer', () => {
  let spare: LlamaServer;
  let small: LlamaServer;
  const random = createRandom(7);
  beforeAll(async () => {
    [spare, small] = await Promise.all([
      startLlamaServer({ model: 'upstream' }),
      startLlamaServer({ model: 'aligner', slots: 3 }),
    ]);
  });
  afterAll(() => Promise.all([spare.close(), small.close()]));

  /** Asks through a gateway of its own, so that no answer knows of the failures of another. */
  async function ask(question: string, upstream: string[], first: Tap): Promise<Answer> {
    const gateway = await startGateway({
      upstreams: { first: llamaUpstream(first.url), spare: llamaUpstream(spare.url) },
      aligners: { small: llamaAligner(small.url) },
      models: { main: { upstream, aligner: 'small', recovery: { backoffMs: 5 } } },
    });
    try {
      return await gateway.ask('main', question);
    } finally {
      await gateway.close();
    }
  }

  /** The undisturbed answer, and a place within what its upstream sends for it. */
  async function undisturbed(question: string, port: number, random: Random) {
    const tap = await startTap(port);
    const { text } = await ask(question, ['first'], tap);
    const bytes = random.int(1, tap.bytes - 1);
    await tap.close();
    return { text, bytes };
  }

  it.each([
    ['the next of the list goes on', ['first', 'spare'], true],
    ['the same one goes on', ['first'], false],
  ])('cut at any byte: %s, to the same text', async (_what, upstream, down) => {
    let answers = 0;
    let recovered = 0;
    let rewritten = 0;
    const differing: string[] = [];
    // Some cuts come when the answer is complete, or hit what a rewrite has just aborted: they need no recovery.
    for (const question of questions(2 * CUTS, down ? 8 : 9)) {
      if (recovered === CUTS) break;
      answers += 1;
      const { text, bytes } = await undisturbed(question, spare.port, random);
      const tap = await startTap(spare.port);
      tap.after(bytes, () => tap.cut({ down }));
      const answer = await ask(question, upstream, tap);
      await tap.close();
      if (answer.text !== text || answer.finish !== 'stop') differing.push(question);
      recovered += count(answer, 'upstream-failed') > 0 ? 1 : 0;
      rewritten += count(answer, 'sentence-rewritten') > 0 ? 1 : 0;
    }
    report(
      `${upstream.join(', ')}: ${answers} answers cut, ${recovered} of them recovered, ${rewritten} with rewrites, ` +
        `${differing.length} changed`,
    );
    expect(differing).toEqual([]);
    expect(recovered).toBe(CUTS);
    expect(rewritten).toBeGreaterThan(CUTS / 4);
  });

  it('killed: a second process takes over, to the same text', async () => {
    let recovered = 0;
    for (const question of questions(KILLS, 10)) {
      const doomed = await startLlamaServer({ model: 'upstream' });
      onTestFinished(doomed.close);
      const { text, bytes } = await undisturbed(question, doomed.port, random);
      const tap = await startTap(doomed.port);
      tap.after(bytes, () => void doomed.kill());
      const answer = await ask(question, ['first', 'spare'], tap);
      await tap.close();
      expect(answer).toMatchObject({ text, finish: 'stop' });
      recovered += count(answer, 'upstream-failed') > 0 ? 1 : 0;
      await doomed.kill();
    }
    report(`${KILLS} processes killed in mid-answer, ${recovered} answers recovered, all unchanged`);
    expect(recovered).toBeGreaterThan(0);
  });
});

function count({ events }: Answer, type: string): number {
  return events.filter((event) => event.type === type).length;
}
