import { type Configuration, parseConfiguration } from '@stream-aligner/gateway';
import type { Schedule } from './schedule.ts';

/** The name that the client asks for. */
export const MODEL = 'main';

/** The gateway's configuration for a schedule, in front of servers at these addresses. */
export function configurationOf(
  schedule: Schedule,
  urls: { upstream: readonly string[]; aligner: readonly string[] },
): Configuration {
  const { waits, rules } = schedule;
  const timeouts = { firstByte: waits.firstByte, betweenBytes: waits.betweenBytes };
  const named = (party: 'upstream' | 'aligner') => urls[party].map((_, index) => `${party}-${index}`);
  const file = {
    server: { logLevel: 'silent', heartbeatMs: schedule.heartbeatMs, drainMs: 1_000 },
    upstreams: Object.fromEntries(
      urls.upstream.map((baseUrl, index) => [
        `upstream-${index}`,
        { type: 'openai-compatible', baseUrl, model: schedule.wire.upstream, timeouts },
      ]),
    ),
    aligners: Object.fromEntries(
      urls.aligner.map((baseUrl, index) => [
        `aligner-${index}`,
        {
          type: 'openai-compatible',
          baseUrl,
          model: schedule.wire.aligner,
          contract: schedule.contract,
          timeouts,
        },
      ]),
    ),
    models: {
      [MODEL]: {
        upstream: oneOrList(named('upstream')),
        aligner: oneOrList(named('aligner')),
        ...rules,
        lookahead: schedule.lookahead,
        onAlignerFailure: schedule.onAlignerFailure,
        retries: schedule.retries,
        recovery: { attempts: schedule.recoveryAttempts, backoffMs: 2, maxBackoffMs: 5 },
        deadlines: {
          open: waits.upstream,
          upstream: waits.upstream,
          correction: waits.correction,
          answer: waits.answer,
        },
      },
    },
  };
  return parseConfiguration({ text: JSON.stringify(file), env: {} });
}

function oneOrList(names: string[]): string | string[] {
  const [only = ''] = names;
  return names.length === 1 ? only : names;
}
