/**
 * What a model's name makes the scripted server do. Names join with `+` (`reasoning+one-byte`); those that happen in
 * the middle of the text happen after half of its words, or after N of them when written `name@N` (`cut@3`).
 */
export const behaviours = {
  // The text
  scripted:
    'Nothing special: the scripted text, a word at a time, then finish, usage if asked for, and [DONE].',
  echo: 'Answers with the question, word by word.',
  'doubled-prefix': 'Repeats the prefix before it goes on.',
  'trims-output': 'Loses the whitespace at the start of what it writes.',
  reasoning: 'Thinks first, in `reasoning_content`, unless the prefix brings its reasoning along.',
  'tool-call': 'Calls a tool after half of the text (@N), in three fragments.',
  length: 'Ends with finish reason `length` after half of the text (@N).',
  filtered: 'Ends with finish reason `content_filter` after half of the text (@N).',
  chatty: 'As an aligner: talks around its verdict.',
  empty: 'Writes nothing and finishes.',
  remains: 'As an aligner: a label before its reply, and the next section of the template after it.',
  endless: 'Repeats its text for ever, whatever `max_tokens` says.',
  // The wire
  'one-byte': 'Sends every byte in a write of its own.',
  crlf: 'Ends lines with CRLF, names every event, and sends comments between them.',
  'no-done': 'Ends after the finish reason without [DONE].',
  'odd-deltas':
    'Splits the text anywhere, inside surrogate pairs too, and not at words; @N then counts pieces.',
  'odd-writes': 'Cuts its bytes anywhere, inside characters and line ends too.',
  twice: 'Sends every event that carries no text twice: the role, the finish, the usage and [DONE].',
  drip: 'Sends the first bytes of the event in the middle of the text (@N) one by one, with gaps of a millisecond.',
  lingers: 'Leaves the connection open after [DONE].',
  'plain-only': 'Answers with one JSON body although a stream was asked for.',
  // Failures
  cut: 'Ends the stream cleanly in the middle of the text (@N).',
  reset: 'Destroys the connection in the middle of the text (@N).',
  stall: 'Stops in the middle of the text (@N) and stays silent.',
  loris: 'In the middle of the text (@N) begins a comment that never ends: a byte every few milliseconds.',
  dies: 'In the middle of the text (@N) destroys every connection and listens no more.',
  torn: 'With a failure in the middle of the text: half of the next event still goes out, up to the middle of a character.',
  silent: 'Takes the request and never answers.',
  garbage: 'Sends an event that is not JSON in the middle of the text (@N).',
  'error-first': 'Answers 500 with an error envelope (or any other status: `error-first@429`).',
  'retry-after':
    'With `error-first`: names N seconds in `retry-after`. Without it 429 names 2, other statuses none.',
  'no-retry-after': 'With `error-first`: names no time, not even for 429.',
  'error-mid':
    'As vLLM and SGLang: an error event in the middle of the text (@N), and then [DONE] as if all were well.',
  'error-bare':
    "As llama.cpp's server: an error event in the middle of the text (@N) ends the stream, without [DONE].",
  'error-finish':
    'As OpenRouter: a chunk in the middle of the text (@N) with an error beside a finish reason `error`, then [DONE].',
  'error-typed': 'As TGI: `error` and `error_type` as words, in the middle of the text (@N).',
  'error-word': 'As Ollama: `error` as a word in the middle of the text (@N).',
  'error-event': 'As Anthropic: an event named `error` in the middle of the text (@N).',
  abort:
    'As vLLM and SGLang when they abort: finish reason `abort` in the middle of the text (@N), then [DONE].',
  'error-chunk': 'Like `error-mid`, inside a chunk that has text and a finish reason.',
  'no-finish': 'Sends all of the text and [DONE], but no finish reason.',
  'rejects-prefix': 'Answers 400 to anything that is to be continued.',
  overflow: 'Answers 400: the context is too long.',
  // The pace
  slow: 'Waits for one `step()` before every event.',
  hesitant: 'Waits up to 5 ms (@N) before every third event or so.',
} as const;

/** The name of one behaviour. */
export type Behaviour = keyof typeof behaviours;

/** The behaviours of one model name, with their numbers where they have one. */
export type BehaviourSet = ReadonlyMap<Behaviour, number | undefined>;

/** Reads a model's name; undefined when it names an unknown behaviour. */
export function parseModel(model: string): BehaviourSet | undefined {
  const parts = model.split('+').map((part) => /^([a-z-]+)(?:@(\d+))?$/.exec(part));
  const entries = parts.flatMap((match) => {
    const [, name = '', number] = match ?? [];
    return isBehaviour(name) ? [[name, number === undefined ? undefined : Number(number)] as const] : [];
  });
  return entries.length === parts.length ? new Map(entries) : undefined;
}

function isBehaviour(name: string): name is Behaviour {
  return Object.hasOwn(behaviours, name);
}
