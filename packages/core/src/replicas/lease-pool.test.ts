import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLeasePool, type Lease } from './lease-pool.ts';

const forever = () => new AbortController().signal;
const poolOf = (count: number, maxQueue: number) =>
  createLeasePool({
    items: Array.from({ length: count }, (_, index) => index),
    maxQueue,
    what: 'seats',
    raise: 'count',
  });

describe('createLeasePool', () => {
  it('lends to whoever has waited longest', async () => {
    const pool = poolOf(1, 5);
    const first = await pool.lease(forever());
    const order: string[] = [];
    const waiting = ['b', 'c', 'd'].map(async (name) => {
      const lease = await pool.lease(forever());
      order.push(name);
      lease.release();
    });
    first.release();
    await Promise.all(waiting);
    expect(order).toEqual(['b', 'c', 'd']);
  });

  it('refuses when the queue is full', async () => {
    const pool = poolOf(1, 1);
    await pool.lease(forever());
    pool.lease(forever()).catch(() => {});
    await expect(pool.lease(forever())).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('lets a waiting caller leave, and makes room for another', async () => {
    const pool = poolOf(1, 1);
    const first = await pool.lease(forever());
    const leaving = new AbortController();
    const left = pool.lease(leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    const next = pool.lease(forever());
    first.release();
    first.release();
    (await next).release();
    await expect(pool.lease(leaving.signal)).rejects.toThrow('gone');
  });

  it('turns everyone away when it closes, and waits for what is lent', async () => {
    const pool = poolOf(1, 3);
    const first = await pool.lease(forever());
    const waiting = pool.lease(forever());
    let done = false;
    const closing = pool.close().then(() => {
      done = true;
    });
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await expect(pool.lease(forever())).rejects.toMatchObject({ code: 'closed' });
    expect(done).toBe(false);
    first.release();
    await closing;
  });

  it('never lends one item twice, and ends with all of them back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.record({ leaves: fc.boolean(), turns: fc.nat(5) }), { maxLength: 20 }),
        async (count, callers) => {
          const pool = poolOf(count, 20);
          const held = new Set<number>();
          const use = async ({ leaves, turns }: { leaves: boolean; turns: number }) => {
            const leaving = new AbortController();
            const asked = pool.lease(leaving.signal);
            if (leaves) leaving.abort(new Error('gone'));
            const lease: Lease<number> | null = await asked.catch(() => null);
            if (!lease) return;
            expect(held.has(lease.item)).toBe(false);
            held.add(lease.item);
            for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
            held.delete(lease.item);
            lease.release();
          };
          await Promise.all(callers.map(use));
          await pool.close();
        },
      ),
    );
  });
});
