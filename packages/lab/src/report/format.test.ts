import { describe, expect, it } from 'vitest';
import { formatInterval, formatP, formatParameters, formatValue, type Unit } from './format.ts';

const interval = (value: number, low: number, high: number) => ({ value, low, high, count: 9 });

describe('numbers', () => {
  it.each<[number, number, number, Unit, string]>([
    [0.781, 0.753, 0.806, 'percent', '78.1 % (75.3–80.6)'],
    [0.78, 0.75, 0.81, 'number', '0.78 (0.75–0.81)'],
    [-0.3, -1.2, 0.4, 'number', '−0.30 (−1.20 to 0.40)'],
    [0.158, 0.121, 0.194, 'points', '+15.8 pts (+12.1 to +19.4)'],
    [0.05, -0.003, 0.1, 'net', '+5.0 % (−0.3 to +10.0)'],
    [-0.0001, -0.0004, 0, 'points', '0.0 pts (0.0 to 0.0)'],
    [41.4, 9.94, 1234.5, 'added', '+41 ms (+9.9 to +1,235)'],
    [412.4, 400, 420, 'ms', '412 ms (400–420)'],
    [12.34, 12, 13, 'count', '12.3 (12.0–13.0)'],
  ])('%d (%d, %d) as %s is %s', (value, low, high, unit, text) => {
    expect(formatInterval(interval(value, low, high), unit).replaceAll('\u00A0', ' ')).toBe(text);
  });

  it('say that they are not there', () => {
    expect(formatInterval({ value: null, low: null, high: null, count: 0 }, 'percent')).toBe('–');
    expect(formatValue(null, 'ms')).toBe('–');
  });

  it('are short where they are large or small', () => {
    expect([3_100_000, 70e9, 812_345, 12_000_000].map(formatParameters)).toEqual([
      '3.1M',
      '70B',
      '812.3k',
      '12M',
    ]);
    expect([0.0312, 0.00012, 1].map(formatP)).toEqual(['0.031', '< 0.001', '1.000']);
  });
});
