/** What a request is for. */
export type RequestKind = 'tokenize' | 'detokenize' | 'score' | 'decode' | 'chat' | 'abort' | 'unknown';

/** The faults that a model's name can ask for, as in `copier+null-rows` or `copier+score@500`. */
export const faults = {
  'no-endpoint': 'Only chat completions are there; every other path is a 404.',
  score: 'Scoring is answered with the status given.',
  tokenize: 'Tokenising is answered with the status given.',
  detokenize: 'Detokenising is answered with the status given.',
  decode: 'Going on from ids is answered with the status given.',
  chat: 'Chat completions are answered with the status given.',
  'no-own-fields': 'Chat completions take the fields of OpenAI alone.',
  'null-rows': 'Every row of scores is null.',
  'short-rows': 'The last row is missing.',
  'long-rows': 'There is a row too many.',
  'null-logprob': 'Rows have no log-probability.',
  'wrong-ids': 'Rows are of other tokens.',
  'positive-logprob': 'Log-probabilities are above 0.',
  'bare-nan': 'A log-probability is NaN, which is no JSON.',
  garbage: 'The reply to scoring is no JSON.',
  empty: 'The reply to scoring is an empty object.',
  cut: 'The connection breaks in the middle of the scores.',
  stall: 'The scores stop in the middle, and the connection stays open.',
  silent: 'Scoring is never answered.',
  'silent-tokenize': 'Tokenising is never answered.',
  'silent-decode': 'Going on from ids is never answered.',
  'silent-chat': 'Chat completions are never answered.',
  nan: "The model's arithmetic fails: the server ends the reply for a text.",
  altering: 'The chat template changes an answer that is continued.',
  thinking: 'The chat template opens a thought in an answer that is asked for.',
} as const;

export type Fault = keyof typeof faults;
export type FaultSet = ReadonlyMap<Fault, number | undefined>;

/** Reads a model's name; undefined for one that is not served. */
export function parseFaults(model: unknown): FaultSet | undefined {
  if (typeof model !== 'string') return undefined;
  const [name, ...words] = model.split('+');
  const set = new Map<Fault, number | undefined>();
  for (const word of words) {
    const [fault = '', value] = word.split('@');
    if (!Object.hasOwn(faults, fault)) return undefined;
    set.set(fault as Fault, value === undefined ? undefined : Number(value));
  }
  return name === 'copier' ? set : undefined;
}
