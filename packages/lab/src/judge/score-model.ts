import { type ChatMessage, type ErrorCode, questionOf, StreamAlignerError } from '@stream-aligner/core';
import { atRoot, type EndpointOptions, postJson, resolveEndpoint } from '@stream-aligner/providers';
import { askPatiently, type PatienceOptions, waitOn } from '../patience.ts';

/** Where the numbers stand in the reply to each path. */
const FIELDS = { classify: 'probs', pooling: 'data', score: 'score' } as const;

export type ScorePath = keyof typeof FIELDS;

export const scorePaths = Object.keys(FIELDS) as ScorePath[];

/** A reward or cost model behind HTTP, as vLLM serves it. */
export interface ScoreModelOptions extends EndpointOptions, Omit<PatienceOptions, 'wait'> {
  /** What the server calls the model. */
  model: string;
  /**
   * What the server is asked. `classify` (the default) for models with a classification head; `pooling` for reward models,
   * of which the last token counts where every token has a score; `score` for those that read a pair of texts.
   */
  path?: ScorePath;
  /** Which number counts where the model gives several: from 0, or from the end with -1. Default: it must give one. */
  output?: number;
  /**
   * More fields of every request. `use_activation` is false unless set here, so that numbers are not squeezed into 0 to 1;
   * older vLLM knows it as `activation`.
   */
  body?: Readonly<Record<string, unknown>>;
}

/** Scores answers. */
export interface ScoreModel {
  readonly model: string;
  /**
   * The score of an answer to a conversation; null where the reply holds no finite number. A server that is busy or down
   * for a moment is waited for.
   *
   * @throws StreamAlignerError what the server failed with; `configuration` where it gives several numbers and `output`
   * does not say which counts.
   */
  score(asked: { messages: ChatMessage[]; answer: string; signal: AbortSignal }): Promise<number | null>;
}

const PASSING: ReadonlySet<ErrorCode> = new Set(['overloaded', 'upstream-failed', 'deadline']);

/** Asks a score model over HTTP. Throws `configuration` for an address that cannot be one. */
export function createScoreModel(options: ScoreModelOptions): ScoreModel {
  const { model, path = 'classify', output, body: own } = options;
  // The routes of pooling models stand at the server's root.
  const endpoint = atRoot(resolveEndpoint('score model', options));
  const patience = { ...options, wait: waitOn(endpoint.clock), passing: PASSING };

  function bodyOf(messages: ChatMessage[], answer: string) {
    const texts =
      path === 'score'
        ? { text_1: questionOf(messages), text_2: answer }
        : { messages: [...messages, { role: 'assistant', content: answer }] };
    return { model, ...texts, use_activation: false, ...own };
  }

  /** The reply; undefined for one that is no JSON, as Python writes a number that is none. */
  async function ask(body: unknown, signal: AbortSignal): Promise<unknown> {
    try {
      return await postJson(endpoint, { path: `/${path}`, body, signal });
    } catch (error) {
      if (StreamAlignerError.isInstance(error) && error.details['reply'] === 'not-json') return undefined;
      throw error;
    }
  }

  return {
    model,
    async score({ messages, answer, signal }) {
      const body = bodyOf(messages, answer);
      const reply = await askPatiently(() => ask(body, signal), { ...patience, signal });
      const numbers = numbersIn(reply, FIELDS[path]);
      const score = numbers.at(output ?? 0);
      if (numbers.length > 1 && (output === undefined || score === undefined))
        throw severalNumbers(endpoint.origin, numbers.length);
      return typeof score === 'number' && Number.isFinite(score) ? score : null;
    },
  };
}

/** The numbers that a reply gives its one text; of a list a token the last token's. Empty for a reply in another form. */
function numbersIn(reply: unknown, field: string): unknown[] {
  const data = fieldOf(reply, 'data');
  let value: unknown = Array.isArray(data) ? fieldOf(data[0], field) : undefined;
  while (Array.isArray(value) && Array.isArray(value.at(-1))) value = value.at(-1);
  return Array.isArray(value) ? value : [value];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

const severalNumbers = (origin: string, count: number) =>
  new StreamAlignerError(
    'configuration',
    `The score model at ${origin} gives ${count} numbers for an answer. Say with \`output\` which of them counts, from 0 to ${count - 1}, or from the end with -1.`,
    { details: { origin, count } },
  );
