import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../../packages/gateway/src/testing/scripted-gateway.ts';
import { traceStoreLaws } from '../../packages/gateway/src/testing/trace-store-laws.ts';
import { startTracedGateway } from '../../packages/gateway/src/testing/traced-gateway.ts';
import { initdb, type RunningPostgres, startPostgres } from './support/postgres.ts';

describe.skipIf(initdb === null)('PostgreSQL', () => {
  let postgres: RunningPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.close());

  traceStoreLaws('PostgreSQL', async () => postgres.newDatabase());

  it('may go and come back: no answer waits for it, and what comes after it is kept', async () => {
    const secret = 'not-to-be-told';
    const url = new URL(postgres.newDatabase());
    url.password = secret;
    const lines: unknown[] = [];
    const write = (...line: unknown[]) => void lines.push(line);
    const options = { traces: { url: url.href }, log: { info: write, warn: write, error: write } };
    const gateway = await startTracedGateway(options);
    await gateway.chat(ask('main'), { headers: { 'x-request-id': 'before' } });
    await gateway.traces(1);

    await postgres.stop();
    const asked = performance.now();
    const answer = await gateway.chat(ask('main'), { headers: { 'x-request-id': 'without' } });
    expect(answer.status).toBe(200);
    // The store is tried for seconds; the answer knows nothing of it.
    expect(performance.now() - asked).toBeLessThan(2_000);
    const reply = await gateway.api();
    expect(reply.status).toBe(503);
    expect(await reply.json()).toMatchObject({ error: { code: 'traces_unavailable' } });
    await gateway.dropped(1, 'store-failed');
    // A gateway starts without it, too.
    await (await startTracedGateway(options)).warm();

    await postgres.start();
    await gateway.chat(ask('main'), { headers: { 'x-request-id': 'after' } });
    const traces = await gateway.traces(2);
    expect(traces.map(({ requestId }) => requestId)).toEqual(['after', 'before']);
    const said = JSON.stringify(lines);
    expect(said).toContain('traces dropped');
    expect(said).toContain('trace store not opened');
    expect(said).not.toContain(secret);
  });
});
