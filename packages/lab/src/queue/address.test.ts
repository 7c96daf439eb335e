import { StreamAlignerError } from '@stream-aligner/core';
import { describe, expect, it } from 'vitest';
import { parseAddress, shownAddress } from './address.ts';

describe('the address of a queue', () => {
  it.each([
    ['redis://host', { host: 'host', port: 6379, db: 0 }, 'redis://host:6379'],
    ['redis://host:7000/3', { host: 'host', port: 7000, db: 3 }, 'redis://host:7000/3'],
    [
      'redis://me:p%40ss@host/',
      { host: 'host', port: 6379, db: 0, username: 'me', password: 'p@ss' },
      'redis://host:6379',
    ],
    [
      'rediss://:secret@host',
      { host: 'host', port: 6379, db: 0, password: 'secret', tls: { servername: 'host' } },
      'rediss://host:6379',
    ],
    ['redis://[::1]:7000', { host: '::1', port: 7000, db: 0 }, 'redis://[::1]:7000'],
  ])('%s', (url, address, shown) => {
    expect(parseAddress(url)).toEqual(address);
    expect(shownAddress(parseAddress(url))).toBe(shown);
  });

  it('takes a password from elsewhere where it has none itself', () => {
    expect(parseAddress('redis://host', 'other')).toMatchObject({ password: 'other' });
    expect(parseAddress('redis://:own@host', 'other')).toMatchObject({ password: 'own' });
  });

  it.each(['secret', 'http://secret@host', 'redis://', 'redis://:secret%zz@host', 'redis://host/secret'])(
    'refuses %s without repeating it',
    (url) => {
      const refused = () => parseAddress(url);
      expect(refused).toThrow(StreamAlignerError);
      expect(refused).toThrow(/^(?!.*secret)The queue is no address of a Redis/);
    },
  );
});
