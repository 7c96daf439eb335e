import type { Problem } from '../answer/event.ts';

interface Envelope {
  error?: { message?: unknown; code?: unknown };
}

/** An error envelope of the gateway, of a reply or of a stream; anything else is named by its status. */
export function problemOf(body: unknown, status: number | null): Problem {
  const { message, code } = (body as Envelope | null)?.error ?? {};
  const known = typeof code === 'string' ? code : null;
  return {
    title: titleOf(known, status),
    message: typeof message === 'string' ? message : `The server replied with status ${status ?? 'unknown'}.`,
    code: known,
    status,
  };
}

function titleOf(code: string | null, status: number | null): string {
  if (status === 401) return 'An API key is needed';
  if (code === 'traces_off') return 'Traces are off';
  if (status === 403) return 'The gateway does not allow it';
  if (status === 429) return 'Too many answers at once';
  if (status !== null && status < 500) return 'The gateway refused the request';
  if (code?.startsWith('aligner')) return 'The aligner failed';
  if (code?.startsWith('upstream')) return 'The upstream failed';
  return 'The answer failed';
}

/** There was no reply at all. */
export const UNREACHABLE: Problem = {
  title: 'The gateway cannot be reached',
  message: 'It may have stopped, or the network is down. Start it again, then ask again.',
  code: null,
  status: null,
};

/** The stream stopped without saying that the answer is over. */
export const BROKEN_OFF: Problem = {
  title: 'The connection broke',
  message: 'The answer is not whole: its stream ended before its end. Ask again.',
  code: null,
  status: null,
};

/** The page was left or loaded again while the answer came. */
export const LEFT: Problem = {
  title: 'The page was left',
  message: 'The answer is not whole: the page was closed or reloaded while it came. Ask again.',
  code: null,
  status: null,
};
