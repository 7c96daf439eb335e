import { StreamAlignerError, type Upstream } from '@stream-aligner/core';

const QUESTION = 'Count from 1 to 9, digits separated by commas, nothing else.';
const PREFIX = '1,2,3,';
/** Nobody who starts over would count with semicolons, since commas are asked for. */
const UNLIKELY_PREFIX = '1;2;3;';
const TOKENS = 8;
/** What a model that cannot count is let write of its own, and how many characters of it must come again. */
const OWN_TOKENS = 24;
const ENOUGH = 8;
const PATIENCE_MS = 30_000;

/** How an upstream turned out to continue a prefix. */
export type ProbedContinuation =
  | 'continues'
  /** After it repeats the prefix. */
  | 'echoes'
  /** By a turn that asks for the rest. */
  | 'emulated'
  /** It is configured not to. */
  | 'none'
  | 'restarts'
  /** In its reasoning. */
  | 'thinks'
  | 'rejects'
  | 'unclear'
  | 'silent'
  | 'unreachable';

/** What a probe found. `warning` is worth knowing and not wrong. */
export interface ContinuationProbe {
  status: 'ok' | 'warning' | 'failed';
  continuation: ProbedContinuation;
  /** What was found; for anything but `ok` also why and what to do. */
  message: string;
}

/** How a continuation is probed. */
export interface ContinuationProbeOptions {
  /**
   * Whether a repeated prefix is dropped in real answers. The upstream that is probed must not drop it (`echo: never`,
   * `junction: exact`), or it cannot be seen. Default true.
   */
  mendsEcho?: boolean;
  /** Ends the probe when it aborts. Default: after 30 seconds. */
  signal?: AbortSignal;
}

/**
 * Asks an upstream to go on counting from the middle, which tells whether it really continues a prefix. Every failure of
 * the upstream is a finding; only other errors are thrown.
 */
export async function probeContinuation(
  upstream: Upstream,
  { mendsEcho = true, signal = AbortSignal.timeout(PATIENCE_MS) }: ContinuationProbeOptions = {},
): Promise<ContinuationProbe> {
  try {
    if (upstream.continuation === 'none') {
      await goOn(upstream, '', signal);
      return warning(
        'none',
        'answers, and is set to `continuation: none`: it can be looked at in `mode: shadow`, but no rewrite can steer it.',
      );
    }
    if (upstream.continuation === 'emulated') {
      await goOn(upstream, PREFIX, signal);
      return warning(
        'emulated',
        'answers, and is asked for the rest by a turn of its own (`continuation: emulated`): a rewrite steers it less surely than a model that continues its own message.',
      );
    }
    const first = await goOn(upstream, PREFIX, signal);
    if (!first.text.startsWith(PREFIX)) {
      const found = classify(first);
      return found.continuation === 'unclear' && (await goesOnWithItself(upstream, signal))
        ? continues()
        : found;
    }
    // Either the prefix is repeated, or the count began again: an unlikely prefix tells the two apart.
    const second = await goOn(upstream, UNLIKELY_PREFIX, signal);
    return second.text.startsWith(UNLIKELY_PREFIX) ? echoes(mendsEcho) : classify(first);
  } catch (error) {
    if (signal.aborted)
      return failed(
        'silent',
        'did not answer in time. See whether it is overloaded, or still loading its model.',
      );
    if (!StreamAlignerError.isInstance(error)) throw error;
    const { code, details, message } = error;
    // The key, the address or the model's name is wrong; the prefix was not even looked at.
    const early = [401, 403, 404].includes(Number(details['status']));
    if (code !== 'upstream-rejected' || early) return failed('unreachable', message);
    return failed(
      'rejects',
      `rejects a prefix: ${message} If the server can be continued another way, set \`continuation\`; \`emulated\` works with any chat model.`,
    );
  }
}

/**
 * Whether a model writes the second half of its own answer again when it is given the first, as it does at temperature 0.
 * One that starts over, and one that repeats the prefix, write the first half.
 */
async function goesOnWithItself(upstream: Upstream, signal: AbortSignal): Promise<boolean> {
  const { whole } = await goOn(upstream, '', signal, OWN_TOKENS);
  const half = whole.lastIndexOf(' ', Math.ceil(whole.length / 2));
  const prefix = compact(whole.slice(0, half));
  const rest = compact(whole.slice(half)).slice(0, ENOUGH);
  if (half <= 0 || rest.length < ENOUGH || prefix.startsWith(rest)) return false;
  const { text } = await goOn(upstream, whole.slice(0, half), signal, OWN_TOKENS);
  return text.startsWith(rest);
}

interface Said {
  whole: string;
  /** Without any whitespace. */
  text: string;
  reasoned: boolean;
}

async function goOn(
  upstream: Upstream,
  prefix: string,
  signal: AbortSignal,
  maxTokens = TOKENS,
): Promise<Said> {
  const session = await upstream.open({
    messages: [{ role: 'user', content: QUESTION }],
    params: { temperature: 0 },
    signal,
  });
  let whole = '';
  let reasoned = false;
  try {
    for await (const event of session.continueFrom(prefix, signal, { maxTokens })) {
      if (event.type === 'text-delta') whole += event.text;
      if (event.type === 'reasoning-delta') reasoned = true;
    }
  } finally {
    await session.close();
  }
  return { whole, text: compact(whole), reasoned };
}

function compact(text: string): string {
  return text.replace(/\s+/g, '');
}

function continues(): ContinuationProbe {
  return { status: 'ok', continuation: 'continues', message: 'continues a prefix, and does not repeat it' };
}

function echoes(mended: boolean): ContinuationProbe {
  const message = mended
    ? 'continues a prefix, and repeats it first: the repetition is dropped'
    : 'continues a prefix, but repeats it first, and `echo: never` lets that through. Set `echo: detect`.';
  return { status: mended ? 'ok' : 'failed', continuation: 'echoes', message };
}

/** What the first words after the prefix say about a server that does not repeat it. */
function classify({ text, reasoned }: Pick<Said, 'text' | 'reasoned'>): ContinuationProbe {
  if (text.startsWith('4')) return continues();
  if (text.startsWith('1')) {
    return failed(
      'restarts',
      'begins the answer again in place of continuing it, so a rewrite cannot steer it. Set another `continuation` (`emulated` works with any chat model), or serve the model with a server that continues a trailing assistant message.',
    );
  }
  if (text === '' && reasoned) {
    return failed(
      'thinks',
      'puts its continuation into its reasoning. Turn thinking off, for example with `body: { chat_template_kwargs: { enable_thinking: false } }`.',
    );
  }
  return warning(
    'unclear',
    `answered something else than the next number (${text.length} characters), so it is not clear whether it continues a prefix. A very small model may simply not know; try it in \`mode: shadow\` first.`,
  );
}

function warning(continuation: ProbedContinuation, message: string): ContinuationProbe {
  return { status: 'warning', continuation, message };
}

function failed(continuation: ProbedContinuation, message: string): ContinuationProbe {
  return { status: 'failed', continuation, message };
}
