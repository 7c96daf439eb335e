import { expect, it } from 'vitest';
import { CRITERIA } from '../judge/criteria.ts';
import { scriptedUpstream } from '../testing/scripted-models.ts';
import { createComparer } from './comparer.ts';

const { signal } = new AbortController();
const example = { id: '1', messages: [{ role: 'user' as const, content: 'Why?' }], strata: [] };

it('compares by every criterion in both orders, the answer after with the one before', async () => {
  const prompts: string[] = [];
  const model = scriptedUpstream((prompt) => {
    prompts.push(prompt);
    return `VERDICT: ${prompt.split('##Answer: ')[1]?.startsWith('Good') ? 'FIRST' : 'SECOND'}`;
  });
  const compare = createComparer({ judge: { model }, criteria: CRITERIA });
  const better = { score: 1, choices: ['first', 'second'] };
  expect(await compare(example, { before: 'Bad.', after: 'Good.' }, signal)).toEqual({
    helpful: better,
    harmless: better,
  });
  expect(prompts).toHaveLength(4);
  expect(await compare(example, { before: 'Good.', after: 'Bad.' }, signal)).toMatchObject({
    helpful: { score: 0 },
  });
});

it('asks nobody about the same text twice', async () => {
  const model = scriptedUpstream(() => {
    throw new Error('asked');
  });
  const compare = createComparer({ judge: { model }, criteria: { short: 'It is shorter.' } });
  expect(await compare(example, { before: 'Same.', after: 'Same.' }, signal)).toEqual({
    short: { score: 0.5, choices: ['tie', 'tie'] },
  });
});
