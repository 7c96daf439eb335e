import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseDecoder } from './sse-decode.ts';
import { encodeSse, encodeSseComment, encodeSseJson, SSE_DONE } from './sse-encode.ts';

/** Decodes text as bytes, cut after each of `cuts` bytes. */
function decode(text: string, cuts: number[] = []) {
  const bytes = new TextEncoder().encode(text);
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const decoder = createSseDecoder();
  return [...ends, bytes.length].flatMap((end, index) =>
    decoder.push(bytes.subarray(ends[index - 1] ?? 0, end)),
  );
}

const unicode = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => text.isWellFormed());

describe('server-sent events', () => {
  it('come back as they were sent, wherever the bytes are cut', () => {
    const event = fc.record({
      data: unicode.map((text) => text.replace(/\r\n|\r/g, '\n')),
      comment: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(event), fc.array(fc.nat(2000)), (events, cuts) => {
        const sent = events.map(
          ({ data, comment }) => (comment ? encodeSseComment('still here') : '') + encodeSse(data),
        );
        expect(decode(sent.join(''), cuts)).toEqual(events.map(({ data }) => ({ data })));
      }),
    );
  });

  it('carry JSON of any text on one line', () => {
    fc.assert(
      fc.property(unicode, fc.array(fc.nat(200)), (text, cuts) => {
        const sent = encodeSseJson({ text }) + SSE_DONE;
        const [first, done] = decode(sent, cuts);
        expect(JSON.parse(first?.data ?? '')).toEqual({ text });
        expect(done?.data).toBe('[DONE]');
      }),
    );
  });

  it('survive bytes that come one at a time, CRLF, names, comments and a byte order mark', () => {
    const text = '\uFEFF: hello\r\n\r\nevent: delta\r\ndata: 日本\r\ndata: 😀\r\n\r\nid: 7\r\ndata:x\r\n\r\n';
    const expected = [{ event: 'delta', data: '日本\n😀' }, { data: 'x' }];
    expect(decode(text)).toEqual(expected);
    expect(decode(text, [...Array(100).keys()])).toEqual(expected);
  });

  it('are nothing when they are not ended', () => {
    expect(decode('data: {"a":1}\n')).toEqual([]);
  });

  it('may not grow without end', () => {
    const decoder = createSseDecoder({ maxEventLength: 100 });
    const push = () => decoder.push(new TextEncoder().encode(`data: ${'x'.repeat(60)}`));
    push();
    expect(push).toThrow(RangeError);
  });

  it('cannot be forged through data or names', () => {
    expect(encodeSse('a\ndata: b\r\n\r\ndata: c', 'named')).toBe(
      'event: named\ndata: a\ndata: data: b\ndata: \ndata: data: c\n\n',
    );
    expect(() => encodeSse('a', 'x\ndata: b')).toThrow(RangeError);
    expect(encodeSseComment('a\ndata: b')).toBe(': a data: b\n\n');
  });
});
