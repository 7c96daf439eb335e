import { StreamAlignerError } from '@stream-aligner/core';
import { expect, it } from 'vitest';
import { ask, startScriptedGateway } from '../testing/scripted-gateway.ts';
import { levelOf } from './log.ts';

it.each([
  [new StreamAlignerError('invalid-request', ''), 'info'],
  [new StreamAlignerError('invalid-request', '', { details: { status: 404 } }), 'info'],
  [new StreamAlignerError('context-overflow', ''), 'info'],
  [new StreamAlignerError('overloaded', ''), 'warn'],
  [new StreamAlignerError('overloaded', '', { details: { status: 503 } }), 'warn'],
  [new StreamAlignerError('upstream-failed', ''), 'error'],
  [new StreamAlignerError('deadline', ''), 'error'],
  [new TypeError('a fault of ours'), 'error'],
])('the level of %s (%#)', (error, level) => {
  expect(levelOf(error)).toBe(level);
});

it.each([
  ['overflow', 'info'],
  ['error-first@429', 'warn'],
  ['cut@8', 'error'],
])('an answer that fails with %s is logged as %s', async (upstream, level) => {
  const levels: string[] = [];
  const gateway = await startScriptedGateway({
    models: { main: { upstream } },
    log: {
      info: () => void levels.push('info'),
      warn: () => void levels.push('warn'),
      error: () => void levels.push('error'),
    },
  });
  for (const stream of [false, true]) await (await gateway.chat(ask('main', { stream }))).text();
  expect(levels).toEqual([level, level]);
});
