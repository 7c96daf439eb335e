import type { Behaviour } from './behaviours.ts';
import { type Chunk, errorBody, type Step, send } from './step.ts';

const DONE: Step = { do: 'send', data: '[DONE]' };

/** How a reply breaks off in the middle of its text, by the behaviour's name. */
export const breakSteps = {
  cut: () => [],
  reset: () => [{ do: 'reset' }],
  stall: () => [{ do: 'stall' }],
  loris: () => [{ do: 'loris' }],
  dies: () => [{ do: 'die' }],
  garbage: () => [{ do: 'send', data: '{"choices": [{"delta": {"cont' }],
  'error-mid': () => [send({ error: errorBody('It broke.') }), DONE],
  'error-chunk': (chunk) => [
    send({ ...chunk({ content: ' all is well.' }, 'stop'), error: errorBody('It broke.') }),
    DONE,
  ],
  'error-bare': () => [send({ error: { code: 500, message: 'It broke.', type: 'server_error' } })],
  'error-finish': (chunk) => [
    send({ ...chunk({ content: '' }, 'error'), error: { code: 502, message: 'It broke.' } }),
    DONE,
  ],
  'error-typed': () => [send({ error: 'It broke.', error_type: 'generation' })],
  'error-word': () => [send({ error: 'It broke.' })],
  'error-event': () => [
    {
      ...send({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
      event: 'error',
    },
  ],
  abort: (chunk) => [send(chunk({}, 'abort')), DONE],
} as const satisfies Partial<Record<Behaviour, (chunk: Chunk) => Step[]>>;

/** The behaviours that break a reply off. */
export const breaks = Object.keys(breakSteps) as (keyof typeof breakSteps)[];
