import type { EndpointHabits } from '../http/endpoint.ts';
import type { Dialect } from '../upstream/dialect.ts';
import type { JunctionWhitespace } from '../upstream/junction.ts';
import type { ParameterWords } from '../upstream/request-body.ts';

/** How a server can be asked to go on from a prefix. */
export const continuationNames = [
  /** A trailing assistant message with `continue_final_message` and `add_generation_prompt: false`. */
  'flags',
  /** A trailing assistant message with `continue_final_message` alone. */
  'flag',
  /** A trailing assistant message, continued unasked. */
  'trailing',
  /** A trailing assistant message marked `prefix: true`. */
  'prefix',
  /** A raw prompt that `promptTemplate` writes. */
  'completions',
  /** The very token ids of what was kept. */
  'token-ids',
  /** A last user turn that asks for the rest. */
  'emulated',
  /** Not at all: for `mode: shadow`. */
  'none',
] as const;

/** One of {@link continuationNames}. */
export type ContinuationName = (typeof continuationNames)[number];

/** What is known of one kind of server: a small declaration; code only where its wire differs. */
export interface Server {
  readonly title: string;
  /** Where it usually is. Absent: it must be configured. */
  readonly baseUrl?: string;
  /** An address to show where one is missing. */
  readonly exampleUrl: string;
  readonly habits?: EndpointHabits;
  /** Where its words for OpenAI's parameters differ from what most take. */
  readonly words?: ParameterWords;
  /** A wire of its own. Default: OpenAI's, in `words`. */
  readonly dialect?: Dialect;
  /** The ways it can be continued; the first is the default. */
  readonly continuations: readonly [ContinuationName, ...ContinuationName[]];
  /**
   * Whether the default way is the server's own (`always`), or up to the model or the host behind it (`by-model`), so
   * that only a probe can tell.
   */
  readonly continues: 'always' | 'by-model' | 'never';
  /** `detect` drops a repeated prefix where it may come; `never` is for servers known not to repeat it. */
  readonly echo: 'detect' | 'never';
  readonly junction: JunctionWhitespace;
  /** The field of the assistant's message that brings reasoning back; null where it has no place. */
  readonly reasoningField: 'reasoning_content' | 'reasoning' | null;
  /** Fields of every request, which configured ones replace. */
  readonly body?: Readonly<Record<string, unknown>>;
  /**
   * What stops an answer that is left: closing the connection; closing it and a call that says so, since the server
   * notices the one too late; or nothing, so that it is written and billed to its end and look-ahead should be 0.
   */
  readonly cancel: 'closing' | 'abort-request' | 'bills-on';
  /** False where a request that offers tools is refused a prefix. Default true. */
  readonly continuesWithTools?: boolean;
  /** What a reader of the table of servers should know, and where it is from. */
  readonly note: string;
}
