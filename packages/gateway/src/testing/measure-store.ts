import { parseArgs } from 'node:util';
import type { Trace, TraceOutcome } from '@stream-aligner/core';
import { createDice } from '@stream-aligner/testkit';
import { openTraceStore, type TraceQuery, type TraceStore } from '../traces/store.ts';
import { traceId } from '../traces/recording/trace-id.ts';

const HELP = `How long pages of traces take to find.

  npm run trace-store -- --url sqlite:FILE | postgres://… [--traces 100000] [--rounds 40] [--seed 1]

Fills the store up to so many traces (words as frequent as in a language; three of four traces of one model, one of ten
with a rewrite, one of fifty failed), then asks for pages of 50 of every kind in turn. With --traces 0 it only asks.

After so many new traces PostgreSQL needs its statistics: run "vacuum analyze" there, as it does by itself within minutes,
and ask again with --traces 0.
`;

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'sqlite:stream-aligner-traces.db' },
    traces: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

const WORDS = 20_000;
const MODELS = ['main', 'main', 'main', 'other'];
const BATCH = 100;

/** Numbers in [0, 1) that are the same for the same seed. */
function createShares(seed: number): () => number {
  const { roll } = createDice(seed);
  return () => roll(2 ** 32) / 2 ** 32;
}

/** A word by its rank: the same letters for the same number, about as many different beginnings as a language has. */
function wordOf(rank: number): string {
  let word = '';
  for (let left = rank + 1; left > 0; left = Math.floor(left / 19))
    word += `${'bcdfghjklmnprstvwyz'[left % 19]}${'aeiou'[(left * 7) % 5]}`;
  return word;
}

/** Ranks by Zipf's law: the first is in almost every text, the last in almost none. */
function textOf(words: number, dice: () => number): string {
  const ranks = Array.from({ length: words }, () => Math.floor(WORDS ** dice()) - 1);
  return `${ranks.map(wordOf).join(' ')}.`;
}

function traceOf(number: number, dice: () => number): Trace {
  const began = Date.now() - 86_400_000 + number;
  const rewritten = Number(dice() < 0.1);
  const outcome: TraceOutcome = dice() < 0.02 ? 'failed' : 'finished';
  const [question, answer] = [textOf(20, dice), textOf(150, dice)];
  const counts = {
    ...{ kept: 10, rewritten, failed: 0, restarts: rewritten, recoveries: 0, sentTokens: 200 },
    ...{ discardedTokens: 0, alignerPromptTokens: 900, alignerCompletionTokens: 20, promptTokens: 30 },
    estimated: false,
  };
  const timings = { firstUpstreamText: 100, firstSentText: 160 };
  const sentence = { kind: 'prose', lead: ' ', by: 'copy-check', judgedInMs: 20 } as const;
  return {
    id: traceId(began),
    at: new Date(began).toISOString(),
    requestId: `request-${number}`,
    model: MODELS[Math.floor(dice() * MODELS.length)] ?? '',
    upstream: 'large',
    aligner: 'small',
    version: '0.0.0',
    stream: true,
    outcome,
    error: outcome === 'failed' ? { code: 'upstream-failed', message: 'It failed.' } : null,
    question,
    answer,
    ms: 2_000,
    counts,
    timings,
    reviewed: 0,
    messages: [{ role: 'user', content: question }],
    events: Array.from({ length: 10 }, (_, index) => {
      const draft = answer.slice(index * 60, index * 60 + 60);
      return {
        type: 'sentence-kept',
        at: index * 200,
        sent: ` ${draft}`,
        round: index + 1,
        draft,
        ...sentence,
      };
    }),
    feedback: [],
  };
}

/** What is asked for; `some` is the id of a trace that may be anywhere. */
const QUERIES: Record<string, (some: string, dice: () => number) => Omit<TraceQuery, 'limit'>> = {
  latest: () => ({}),
  'any page': (before) => ({ before }),
  'of a model': (before) => ({ model: 'other', before }),
  'of no model': () => ({ model: 'none' }),
  failed: (before) => ({ failed: true, before }),
  'rewritten, of a model': () => ({ rewritten: true, model: 'other' }),
  'aborted (there is none)': () => ({ outcome: 'aborted' }),
  'the commonest word': () => ({ q: wordOf(0) }),
  'a common word, any page': (before) => ({ q: wordOf(5), before }),
  'a word': (_some, dice) => ({ q: wordOf(Math.floor(20 + dice() * 500)) }),
  'a rare word': (_some, dice) => ({ q: wordOf(Math.floor(10_000 + dice() * 9_000)) }),
  'no word': () => ({ q: 'xylophone' }),
  'two common words': () => ({ q: `${wordOf(3)} ${wordOf(40)}` }),
  'a common and a rare word': (_some, dice) => ({
    q: `${wordOf(0)} ${wordOf(Math.floor(5_000 + dice() * 9_000))}`,
  }),
  'one letter': () => ({ q: 'b' }),
  'two letters': () => ({ q: 'ta' }),
  'three letters': () => ({ q: 'mak' }),
  'four letters': () => ({ q: 'miga' }),
  'a common word, of a model': () => ({ q: wordOf(2), model: 'other' }),
  'a common word, failed': () => ({ q: wordOf(2), failed: true }),
  'a word, rewritten, any page': (before) => ({ q: wordOf(60), rewritten: true, before }),
};

async function fill(store: TraceStore, count: number, dice: () => number): Promise<void> {
  const began = performance.now();
  for (let number = 0; number < count; number += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - number) }, (_, index) =>
      traceOf(number + index, dice),
    );
    await store.write(batch);
  }
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(
    `${count} traces written in ${seconds.toFixed(1)} s: ${Math.round(count / seconds)} a second\n`,
  );
}

/** Ids from all over the store, by walking through it. */
async function someIds(store: TraceStore): Promise<string[]> {
  const ids: string[] = [];
  let before: string | undefined;
  do {
    const { data, next } = await store.list({ limit: 200, before });
    const [first] = data;
    if (first) ids.push(first.id);
    before = next ?? undefined;
  } while (before !== undefined);
  return ids;
}

async function measure(store: TraceStore, rounds: number, dice: () => number): Promise<void> {
  const ids = await someIds(store);
  const times = new Map(Object.keys(QUERIES).map((name) => [name, { ms: [] as number[], found: 0 }]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, query] of Object.entries(QUERIES)) {
      const asked = query(ids[Math.floor(dice() * ids.length)] ?? '', dice);
      const began = performance.now();
      const { data } = await store.list({ limit: 50, ...asked });
      const entry = times.get(name);
      entry?.ms.push(performance.now() - began);
      if (entry) entry.found = data.length;
    }
  }
  const line = (name: string, ms: readonly number[], found: string) => {
    const sorted = ms.toSorted((one, other) => one - other);
    const at = (share: number) =>
      (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
    return `${name.padEnd(30)}${at(0.5).padStart(9)}${at(0.95).padStart(9)}${at(1).padStart(9)}  ${found}\n`;
  };
  process.stdout.write(
    `${'milliseconds'.padEnd(30)}${'median'.padStart(9)}${'p95'.padStart(9)}${'most'.padStart(9)}  found last\n`,
  );
  for (const [name, { ms, found }] of times) process.stdout.write(line(name, ms, `${found}`));
  process.stdout.write(
    line(
      'all of them',
      [...times.values()].flatMap(({ ms }) => ms),
      '',
    ),
  );
}

if (values.help) {
  process.stdout.write(HELP);
} else {
  const store = await openTraceStore({ url: values.url });
  const dice = createShares(Number(values.seed));
  try {
    await fill(store, Number(values.traces), dice);
    await measure(store, Number(values.rounds), dice);
  } finally {
    await store.close();
  }
}
