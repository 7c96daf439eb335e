import type { Problem } from '../answer/event.ts';
import { authorization } from './key.ts';
import { problemOf, UNREACHABLE } from './problem.ts';

/** Sends a request to the gateway's own API and reads the reply. Never throws. */
export async function getJson<Body>(
  path: string,
  { method = 'GET', body }: { method?: 'GET' | 'PUT' | 'DELETE'; body?: unknown } = {},
): Promise<{ body: Body } | { problem: Problem }> {
  try {
    const response = await fetch(path, {
      method,
      headers: {
        ...authorization(path.startsWith('/api/traces') ? 'traces' : 'answers'),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const reply: unknown = text === '' ? null : JSON.parse(text);
    return response.ok ? { body: reply as Body } : { problem: problemOf(reply, response.status) };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: problemOf(null, null) };
    return { problem: UNREACHABLE };
  }
}
