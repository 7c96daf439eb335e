import { describe, expect, it } from 'vitest';
import { byRounds, mainMethod, methodLabel, pipelinesOf } from './methods.ts';

const names = [
  'raw',
  'stream/2/stop',
  'stream/10/continue',
  'stream/all/continue',
  'stream/2/continue',
  'full',
];

describe('methods', () => {
  it('have names for people', () => {
    expect([...names, 'best-of-4', 'self-critique', 'stream/1/stop', 'stream/x'].map(methodLabel)).toEqual([
      'raw',
      '2 rounds, then stop',
      '10 rounds, then continue',
      'all rounds, then continue',
      '2 rounds, then continue',
      'whole answer',
      'best of 4',
      'self critique',
      '1 round, then stop',
      'stream/x',
    ]);
  });

  it('stand in the order of their rounds', () => {
    expect(byRounds(names, 'continue').map(({ rounds }) => rounds)).toEqual([0, 2, 10, 'all']);
    expect(byRounds(names, 'stop').map(({ rounds }) => rounds)).toEqual([0, 2]);
    expect(pipelinesOf(names)).toEqual(['continue', 'stop']);
    expect(pipelinesOf(['raw', 'full'])).toEqual([]);
  });

  it('are led by the one of most rounds', () => {
    expect(mainMethod(names)).toBe('stream/all/continue');
    expect(mainMethod(['raw', 'stream/all/stop', 'stream/all/continue'])).toBe('stream/all/continue');
    expect(mainMethod(['raw', 'best-of-4', 'full'])).toBe('full');
    expect(mainMethod(['raw', 'best-of-4'])).toBe('best-of-4');
    expect(mainMethod(['raw'])).toBeNull();
  });
});
