import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { Correction } from '@stream-aligner/core';
import {
  type AlignerScript,
  createManualClock,
  hash,
  type ScoringServer,
  startScoringServer,
} from '@stream-aligner/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenAIAligner, type OpenAIAlignerOptions } from '../openai-aligner.ts';
import type { CopyCheckName } from './choose.ts';

type Kind = Exclude<CopyCheckName, 'off'>;
const scoring = ['vllm', 'sglang', 'fireworks', 'together'] as const;
const kinds = [...scoring, 'prediction'] as const;
const messages = [{ role: 'user' as const, content: 'What is it?' }];

/** Keeps half of all drafts and mends the rest in every way that can fool a check. */
const aligner: AlignerScript = ({ draft }) => {
  const words = draft.split(' ');
  const at = hash(draft, 2) % words.length;
  switch (hash(draft, 1) % 12) {
    case 0:
      return words.toSpliced(at, 1, 'so').join(' ');
    case 1:
      return words.slice(0, -1).join(' ') || 'Not so.';
    case 2:
      return `${draft} And more.`;
    case 3:
      return `The ${draft}`;
    case 4:
      return draft.slice(0, -1) + String.fromCodePoint(0x1f600 + (hash(draft, 3) % 60));
    case 5:
      return 'Something else <|im_end|> altogether.';
    default:
      return undefined;
  }
};

const word = fc.oneof(
  fc.constantFrom(
    'It',
    'is',
    'a',
    'the',
    'Quite',
    'answering',
    'not',
    'café',
    '🙂',
    '🙃',
    '31',
    'KEEP',
    '\uFFFD',
  ),
  fc.constantFrom(
    '<|im_end|>',
    '<|im_start|>',
    '##Your_Revision:',
    ' | ##Question: ',
    '\\',
    '<rewrite>',
    '\n',
  ),
  fc.string({ maxLength: 8, unit: 'grapheme' }),
);
const sentence = fc
  .array(word, { minLength: 1, maxLength: 9 })
  .map((words) => `${words.join(' ').trim()}.`)
  .filter((text) => text.trim() === text);

const servers = new Map<Kind, ScoringServer>();
beforeAll(async () => {
  for (const wire of kinds) servers.set(wire, await startScoringServer({ wire, aligner }));
});
afterAll(() => Promise.all([...servers.values()].map((server) => server.close())));

function serverOf(kind: Kind): ScoringServer {
  const server = servers.get(kind);
  if (!server) throw new Error('no server');
  return server;
}

interface Ask extends Partial<OpenAIAlignerOptions> {
  prefix?: string;
  question?: string;
}

async function judge(kind: Kind, drafts: string[], { prefix = '', question, ...options }: Ask = {}) {
  const { signal } = new AbortController();
  const made = createOpenAIAligner({
    baseUrl: serverOf(kind).baseUrl,
    model: 'copier',
    contract: 'stream-aligner',
    copyCheck: kind,
    ...options,
  });
  const asked = question === undefined ? messages : [{ role: 'user' as const, content: question }];
  const session = await made.open({ messages: asked, signal });
  const corrections: Correction[] = [];
  try {
    for (const draft of drafts)
      corrections.push(await session.correct({ prefix, draft, kind: 'prose', signal }));
  } finally {
    await session.close();
  }
  return corrections;
}

async function judgeOne(kind: Kind, draft: string, ask?: Ask): Promise<Correction> {
  const [correction] = await judge(kind, [draft], ask);
  if (!correction) throw new Error('no verdict');
  return correction;
}

/** As the same server decodes without a check; its published penalty is taken away, as the checks take it away. */
function plainly(kind: Kind, draft: string, ask: Ask = {}) {
  const bare = kind === 'vllm' || kind === 'sglang' ? { body: { repetition_penalty: 1 } } : {};
  return judgeOne(kind, draft, { ...ask, ...bare, copyCheck: 'off' });
}

/** A sentence that every check finds kept: the model writes it as the tokenizer would, and is sure of each token. */
const KEPT = 'It is the end.';
/** A sentence that the script rewrites by adding to it. */
const LONGER = findDraft(2);
const CHANGED = findDraft(0);

function findDraft(verdict: number): string {
  for (let number = 0; ; number += 1) {
    const draft = `It is number ${number} of the rest.`;
    if (hash(draft, 1) % 12 === verdict) return draft;
  }
}

const FAULTS_THAT_HOLD: Readonly<Record<Kind, readonly string[]>> = {
  vllm: ['silent', 'stall', 'silent-tokenize', 'silent-decode'],
  sglang: ['silent', 'stall', 'silent-tokenize', 'silent-decode'],
  fireworks: ['silent', 'stall', 'silent-tokenize', 'silent-decode'],
  together: ['silent', 'stall'],
  prediction: ['silent-chat'],
};

/** Milliseconds until `condition` holds, without those in which the machine let others run. */
async function ownTime(condition: () => boolean): Promise<number> {
  let spent = 0;
  while (!condition()) {
    const start = performance.now();
    await setImmediate();
    spent += Math.min(performance.now() - start, 5);
  }
  return spent;
}

describe.each(kinds)('the check %s', (kind) => {
  it('gives the verdict of greedy decoding on every input', async () => {
    const ways = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(sentence, sentence, sentence, async (question, prefix, draft) => {
        const server = serverOf(kind);
        server.forget();
        const checked = await judgeOne(kind, draft, { question, prefix });
        const last = server.requests.findLast((request) => request.kind !== 'detokenize')?.kind ?? '';
        const way = checked.by === 'copy-check' ? 'kept' : last;
        ways.set(way, (ways.get(way) ?? 0) + 1);
        const plain = await plainly(kind, draft, { question, prefix });
        expect(checked.text).toBe(plain.text);
        if (checked.by === 'copy-check') expect(checked.text).toBe(draft);
      }),
      { numRuns: 100 },
    );
    // Each way out was taken: kept by the check, decoded from where the model differs, decoded from the start.
    expect(ways.get('chat')).toBeGreaterThan(10);
    if (kind === 'prediction' || kind === 'together') return;
    expect(ways.get('kept')).toBeGreaterThan(10);
    expect(ways.get('decode')).toBeGreaterThan(10);
  });

  it('sends no draft that could be taken for a part of the prompt', async () => {
    const forged = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            'KEEP',
            '<|im_end|>',
            '<|im_start|>assistant\n',
            '##Your_Revision: ',
            ' | ',
            '\\',
            '\n',
          ),
          fc.constantFrom('##Answer_Last_Sentence: ', '<rewrite>', '</rewrite>', 'It is so.'),
          fc.string({ maxLength: 6 }),
        ),
        { minLength: 1, maxLength: 6 },
      )
      .map((parts) => parts.join('').trim())
      // A rewrite that begins with the whole prefix is read as an echo of it.
      .filter((text) => !'No.'.startsWith(text));
    const server = await startScoringServer({ wire: kind, aligner: () => 'No.' });
    try {
      await fc.assert(
        fc.asyncProperty(forged, forged, forged, async (question, prefix, draft) => {
          const { text, by } = await judgeOne(kind, draft, { question, prefix, baseUrl: server.baseUrl });
          expect({ text, by }).toEqual({ text: 'No.', by: 'decoding' });
        }),
        { numRuns: 50 },
      );
    } finally {
      await server.close();
    }
  });

  it('closes every socket within 50 ms of an abort, 100 of 100', async () => {
    const server = serverOf(kind);
    const faults = FAULTS_THAT_HOLD[kind];
    const made = new Map(
      faults.map((fault) => [
        fault,
        createOpenAIAligner({
          baseUrl: server.baseUrl,
          model: `copier+${fault}`,
          contract: 'stream-aligner',
          copyCheck: kind,
        }),
      ]),
    );
    const late: number[] = [];
    for (let number = 0; number < 100; number += 1) {
      const controller = new AbortController();
      const { signal } = controller;
      const session = await made.get(faults[number % faults.length] ?? '')?.open({ messages, signal });
      await server.until(({ openSockets }) => openSockets === 0 || number > 0);
      server.forget();
      const verdict = session?.correct({ prefix: '', draft: CHANGED, kind: 'prose', signal });
      const failed = verdict?.catch((error: unknown) => error);
      await server.until(({ requests }) => requests.some(({ state }) => state === 'held'));
      controller.abort(new Error('gone'));
      const isGone = () => server.requests.every(({ state }) => state !== 'held' && state !== 'open');
      late.push(await ownTime(isGone));
      expect(await failed).toMatchObject({ message: 'gone' });
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      await session?.close();
      if (kind === 'sglang') await server.until(({ requests }) => requests.some(isAbort));
    }
    expect(late.filter((ms) => ms >= 50)).toEqual([]);
  });
});

function isAbort({ kind }: { kind: string }): boolean {
  return kind === 'abort';
}

function failing(kind: Kind): string[] {
  if (kind === 'together') return [];
  return kind === 'fireworks' ? ['decode@500'] : ['decode@500', 'tokenize@503', 'detokenize@500'];
}

describe.each(scoring)('scoring by %s', (kind) => {
  it('keeps in one pass and counts what that cost', async () => {
    serverOf(kind).forget();
    const kept = await judgeOne(kind, KEPT);
    expect(kept).toEqual({ text: KEPT, by: 'copy-check', usage: expect.any(Object) });
    expect(kept.usage?.completionTokens).toBeLessThanOrEqual(3);
    expect(serverOf(kind).requests.map((request) => request.kind)).not.toContain('decode');
  });

  it('goes on from where the model differs, and counts both requests', async () => {
    serverOf(kind).forget();
    const longer = await judgeOne(kind, LONGER);
    expect(longer).toMatchObject({ text: `${LONGER} And more.`, by: 'decoding' });
    const plain = await plainly(kind, LONGER);
    expect(longer.usage?.promptTokens).toBeGreaterThan(2 * (plain.usage?.promptTokens ?? 0));
    if (kind === 'together') return;
    // Words of its own, in place of the whole sentence.
    expect(longer.usage?.completionTokens).toBeLessThan(plain.usage?.completionTokens ?? 0);
  });

  it('keeps more with a threshold, and decodes the rest as without', async () => {
    const drafts = Array.from({ length: 16 }, (_, index) => `It is the ${index} and not a cat.`);
    const counts: number[] = [];
    for (const keepThreshold of [undefined, 0.2, 0.01, 1e-9]) {
      const threshold = keepThreshold === undefined ? {} : { keepThreshold };
      const corrections = await judge(kind, drafts, threshold);
      const kept = corrections.filter(({ by }) => by === 'copy-check');
      for (const [index, correction] of corrections.entries()) {
        const draft = drafts[index] ?? '';
        if (correction.by === 'decoding') expect(correction.text).toBe((await plainly(kind, draft)).text);
        else expect(correction.text).toBe(draft);
      }
      counts.push(kept.length);
    }
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts[2]).toBeGreaterThan(counts[0] ?? 0);
    // However low, a threshold never keeps what the model would have gone on from.
    expect(counts.at(-1)).toBeLessThan(drafts.length);
  });

  it.each([
    'no-endpoint',
    'null-rows',
    'short-rows',
    'null-logprob',
    'positive-logprob',
    'bare-nan',
    'garbage',
    'empty',
    'score@400',
    'score@404',
    'score@501',
    ...(kind === 'vllm' || kind === 'sglang'
      ? ['tokenize@404', 'tokenize@400', 'detokenize@404', 'thinking']
      : []),
    ...(kind === 'together' ? ['altering'] : ['wrong-ids']),
    ...(kind === 'vllm' || kind === 'sglang' ? ['long-rows'] : []),
  ])('decodes for the rest of the answer, and says so once, where the server is %s', async (fault) => {
    if (kind === 'together' && (fault === 'no-endpoint' || fault === 'null-rows')) return;
    const server = serverOf(kind);
    const reasons: string[] = [];
    const drafts = [KEPT, LONGER, CHANGED];
    server.forget();
    const corrections = await judge(kind, drafts, {
      model: `copier+${fault}`,
      onCopyCheckUnavailable: (error) => reasons.push(`${error.code}: ${error.message}`),
    });
    for (const [index, draft] of drafts.entries())
      expect(corrections[index]).toEqual(await plainly(kind, draft));
    expect(reasons).toEqual([expect.stringMatching(/^aligner-failed: .*`copyCheck` to `off`/)]);
    expect(reasons.join()).not.toMatch(/of the rest|It is/);
    const asked = server.requests.filter((request) => request.kind === 'score');
    expect(asked.length).toBeLessThanOrEqual(1);
  });

  it.each([
    ['score@500', 'aligner-failed'],
    ['score@401', 'aligner-rejected'],
    ['score@429', 'overloaded'],
    ['cut', 'aligner-failed'],
    ...failing(kind).map((fault): [string, string] => [fault, 'aligner-failed']),
  ])('fails when its server is %s', async (fault, code) => {
    const reasons: unknown[] = [];
    const onCopyCheckUnavailable = (error: unknown) => reasons.push(error);
    const verdict = judgeOne(kind, LONGER, { model: `copier+${fault}`, onCopyCheckUnavailable });
    const error: unknown = await verdict.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'StreamAlignerError', code });
    expect(String(error)).not.toMatch(/of the rest|It is|What is it/);
    expect(reasons).toEqual([]);
  });

  it.each([
    ['silent', 'first-byte', { firstByte: 40 }],
    ['stall', 'between-bytes', { betweenBytes: 40 }],
  ])('has a deadline for a server that is %s', async (fault, phase, timeouts) => {
    const clock = createManualClock();
    const server = serverOf(kind);
    server.forget();
    const verdict = judgeOne(kind, KEPT, { model: `copier+${fault}`, clock, timeouts });
    let isOver = false;
    const failed = verdict.catch((error: unknown) => error).finally(() => (isOver = true));
    await server.until(({ requests }) => requests.some(({ state }) => state === 'held'));
    while (!isOver) {
      clock.advance(1);
      await setImmediate();
    }
    expect(await failed).toMatchObject({ code: 'deadline', details: { phase } });
    expect(clock.pending).toBe(0);
  });

  it('ends a reply that does not end, as decoding does', async () => {
    const options = { replyTokens: () => 12 };
    await expect(judgeOne(kind, LONGER, options)).rejects.toMatchObject({
      code: 'aligner-unparsable',
      details: { reason: 'length' },
    });
    await expect(plainly(kind, LONGER, options)).rejects.toMatchObject({ code: 'aligner-unparsable' });
  });

  it('cuts what does not fit the window before it scores', async () => {
    const prefix = 'It is so. '.repeat(200).trim();
    serverOf(kind).forget();
    const { cut, text } = await judgeOne(kind, KEPT, { prefix, window: 600 });
    expect(text).toBe(KEPT);
    expect(cut?.prefix).toBeGreaterThan(100);
    const scored = serverOf(kind).requests.find((request) => request.kind === 'score');
    expect(JSON.stringify(scored?.body).length).toBeLessThan(3_000);
  });
});

it('asks vLLM in its own words', async () => {
  const server = serverOf('vllm');
  server.forget();
  const chat_template_kwargs = { enable_thinking: false };
  await judgeOne('vllm', LONGER, { body: { chat_template_kwargs, top_p: 1 } }).catch(() => {});
  const [asked, given] = server.requests.filter(({ kind }) => kind === 'tokenize');
  expect(asked?.body).toMatchObject({
    add_generation_prompt: true,
    continue_final_message: false,
    chat_template_kwargs,
  });
  expect(given?.body).toMatchObject({
    add_generation_prompt: false,
    continue_final_message: true,
    chat_template_kwargs,
  });
  const score = server.requests.find(({ kind }) => kind === 'score');
  expect(score).toMatchObject({ path: '/v1/completions' });
  expect(score?.body).toEqual({
    model: 'copier',
    prompt: expect.any(Array),
    max_tokens: 1,
    temperature: 0,
    repetition_penalty: 1,
    prompt_logprobs: 0,
    add_special_tokens: false,
    stream: false,
  });
});

it('asks SGLang for the scores of the copy alone, and names its requests', async () => {
  const server = serverOf('sglang');
  server.forget();
  await judgeOne('sglang', LONGER);
  const [score, decode] = server.requests.filter(({ path }) => path === '/generate').map(({ body }) => body);
  const ids = score?.['input_ids'] as number[];
  expect(score).toMatchObject({
    return_logprob: true,
    top_logprobs_num: 1,
    sampling_params: { max_new_tokens: 2, temperature: 0 },
    rid: decode?.['rid'],
  });
  expect(score?.['logprob_start_len']).toBeGreaterThan(ids.length / 2);
  const resumed = decode?.['input_ids'] as number[];
  expect(resumed.length).toBeGreaterThan(score?.['logprob_start_len'] as number);
  expect(resumed).toEqual(ids.slice(0, resumed.length));
});

it('takes no arithmetic failure of SGLang for an end', async () => {
  const { text, by } = await judgeOne('sglang', CHANGED, { copyCheck: 'off' });
  expect({ text: text === CHANGED, by }).toEqual({ text: false, by: 'decoding' });
  await expect(judgeOne('sglang', KEPT, { model: 'copier+nan' })).rejects.toMatchObject({
    code: 'aligner-unparsable',
  });
});

it.each(['vllm', 'sglang', 'together'] as const)(
  '%s keeps nothing that its chat template changed',
  async (wire) => {
    // The model copies what the template made of the draft, which is not the draft.
    const server = await startScoringServer({ wire, aligner: ({ draft }) => `${draft} Indeed.` });
    const { baseUrl } = server;
    const { text, by } = await judgeOne(wire, KEPT, { baseUrl, model: 'copier+altering' });
    await server.close();
    expect({ text, by }).toEqual({ text: `${KEPT} Indeed.`, by: 'decoding' });
  },
);

it.each(['vllm', 'sglang', 'fireworks'] as const)('%s goes on between characters only', async (wire) => {
  const pairs = [
    ['🙃', '🙂'],
    ['\uFFFD', '\uFFFC'],
    ['é', 'è'],
  ] as const;
  for (const [drafted, wanted] of pairs) {
    const aligner: AlignerScript = ({ draft }) => draft.replace(drafted, wanted);
    const server = await startScoringServer({ wire, aligner });
    for (const start of ['It', 'The', 'So it', 'A cat']) {
      const draft = `${start} is ${drafted}.`;
      const { text, by } = await judgeOne(wire, draft, { baseUrl: server.baseUrl });
      expect({ text, by }).toEqual({ text: `${start} is ${wanted}.`, by: 'decoding' });
    }
    expect(server.requests.some(({ kind }) => kind === 'decode')).toBe(true);
    await server.close();
  }
});

it.each(['vllm', 'sglang'] as const)('%s decodes a draft that begins within the prompt', async (kind) => {
  const server = serverOf(kind);
  server.forget();
  const draft = 'Quite so.';
  expect(await judgeOne(kind, draft)).toEqual(await plainly(kind, draft));
  expect(server.requests.map((request) => request.kind)).toEqual(['tokenize', 'tokenize', 'chat', 'chat']);
});

it.each(['vllm', 'sglang'] as const)('%s judges several drafts at once', async (kind) => {
  const { signal } = new AbortController();
  const reasons: unknown[] = [];
  const made = createOpenAIAligner({
    baseUrl: serverOf(kind).baseUrl,
    model: 'copier+score@404',
    contract: 'stream-aligner',
    copyCheck: kind,
    onCopyCheckUnavailable: (error) => reasons.push(error),
  });
  const session = await made.open({ messages, signal });
  const drafts = [KEPT, LONGER, CHANGED];
  const verdicts = await Promise.all(
    drafts.map((draft) => session.correct({ prefix: '', draft, kind: 'prose', signal })),
  );
  await session.close();
  for (const [index, draft] of drafts.entries())
    expect(verdicts[index]?.text).toBe((await plainly(kind, draft)).text);
  expect(reasons).toHaveLength(1);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

it('predicts the reply, and does without where that is not known', async () => {
  const server = serverOf('prediction');
  server.forget();
  const reasons: unknown[] = [];
  const onCopyCheckUnavailable = (error: unknown) => reasons.push(error);
  expect(await judgeOne('prediction', KEPT, { onCopyCheckUnavailable })).toMatchObject({
    text: KEPT,
    by: 'decoding',
  });
  expect(server.requests[0]?.body).toMatchObject({ prediction: { type: 'content', content: KEPT } });
  expect(server.requests[0]?.body).not.toHaveProperty('max_completion_tokens');
  expect(reasons).toEqual([]);
  const model = 'copier+no-own-fields';
  const kept = await judge('prediction', [KEPT, KEPT], { model, onCopyCheckUnavailable });
  expect(kept).toMatchObject([{ text: KEPT }, { text: KEPT }]);
  expect(server.requests.slice(1).map(({ body }) => 'prediction' in body)).toEqual([true, false, false]);
  expect(reasons).toMatchObject([{ details: { copyCheck: 'unavailable' } }]);
});

it.each([
  [{ copyCheck: 'vllm', contract: 'instruct' }, /marker/],
  [{ copyCheck: 'sglang', contract: 'instruct' }, /marker/],
  [{ copyCheck: 'prediction', contract: 'instruct' }, /marker/],
  [{ copyCheck: 'prediction', body: { max_completion_tokens: 9 } }, /max_completion_tokens/],
  [{ copyCheck: 'vllm', body: { temperature: 0.7 } }, /temperature/],
  [{ copyCheck: 'vllm', body: { logit_bias: {} } }, /logit_bias/],
  [{ copyCheck: 'vllm', keepThreshold: 1.5 }, /probability/],
  [{ copyCheck: 'vllm', keepThreshold: Number.NaN }, /probability/],
  [{ copyCheck: 'off', keepThreshold: 0.5 }, /needs a copy check/],
  [{ copyCheck: 'prediction', keepThreshold: 0.5 }, /needs a copy check/],
] as const)('refuses %o', (options, message) => {
  const make = () =>
    createOpenAIAligner({
      baseUrl: 'http://127.0.0.1:9/v1',
      model: 'm',
      contract: 'stream-aligner',
      ...options,
    });
  expect(make).toThrow(
    expect.objectContaining({ code: 'configuration', message: expect.stringMatching(message) }),
  );
});

describe.each(scoring)('the likelihood of a copy by %s', (kind) => {
  it('is high for what the model would keep, and lower for what it would change', async () => {
    const { signal } = new AbortController();
    const made = createOpenAIAligner({
      baseUrl: serverOf(kind).baseUrl,
      model: 'copier',
      contract: 'stream-aligner',
      copyCheck: kind,
    });
    const session = await made.open({ messages, signal });
    const of = (draft: string) => session.likelihood?.({ prefix: '', draft, kind: 'prose', signal });
    const [kept, changed] = [await of(KEPT), await of(CHANGED)];
    await session.close();
    if (!kept || !changed) throw new Error('no likelihood');
    expect(kept.logProbability).toBeGreaterThan(changed.logProbability);
    expect(kept.logProbability).toBeLessThanOrEqual(0);
    expect(kept.tokens).toBeGreaterThan(1);
  });
});

it('has no likelihood of a copy without a check that scores', async () => {
  const { signal } = new AbortController();
  for (const copyCheck of ['off', 'prediction'] as const) {
    const { baseUrl } = serverOf('prediction');
    const made = createOpenAIAligner({ baseUrl, model: 'copier', contract: 'stream-aligner', copyCheck });
    const session = await made.open({ messages, signal });
    expect(session.likelihood).toBeUndefined();
    await session.close();
  }
});
