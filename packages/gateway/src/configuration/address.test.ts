import { describe, expect, it } from 'vitest';
import { isLoopback, resolveAddress } from './address.ts';

describe('resolveAddress', () => {
  it.each([
    [{}, { host: '127.0.0.1', port: 8787 }],
    [{ configured: { host: '::1', port: 1 } }, { host: '::1', port: 1 }],
    [
      { configured: { host: '::1', port: 1 }, env: { HOST: '0.0.0.0', PORT: '2' } },
      { host: '0.0.0.0', port: 2 },
    ],
    [
      { configured: { port: 1 }, env: { HOST: '0.0.0.0', PORT: '2' }, flags: { host: 'localhost', port: 0 } },
      { host: 'localhost', port: 0 },
    ],
    [{ env: { HOST: '', PORT: '' } }, { host: '127.0.0.1', port: 8787 }],
  ])('%j gives %j', (options, address) => {
    expect(resolveAddress(options)).toEqual(address);
  });

  it.each(['http', '-1', '65536', '80.5'])('refuses the port %j and says where it came from', (PORT) => {
    expect(() => resolveAddress({ env: { PORT } })).toThrow(/environment variable PORT is not a port/);
  });
});

it('knows the addresses that only this machine reaches', () => {
  expect(['127.0.0.1', 'localhost', '::1', '127.3.2.1'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example'].some(isLoopback)).toBe(false);
});
