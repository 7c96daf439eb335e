import { StreamAlignerError, type Upstream } from '@stream-aligner/core';
import type { Check } from './check.ts';

const QUESTION = 'Count from 1 to 9, digits separated by commas, nothing else.';
const PREFIX = '1,2,3,';
/** Nobody who starts over would count with semicolons, since commas are asked for. */
const UNLIKELY_PREFIX = '1;2;3;';
const TOKENS = 8;
const PATIENCE_MS = 30_000;

type Classified = Omit<Check, 'name'>;

/**
 * Asks an upstream to go on counting from the middle, which tells whether it really continues a prefix. `mendsEcho` says
 * whether a repeated prefix is dropped in real answers; the upstream that is probed must not drop it.
 */
export async function probeContinuation(upstream: Upstream, mendsEcho: boolean): Promise<Classified> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const first = await goOn(upstream, PREFIX, signal);
    if (!first.text.startsWith(`${PREFIX}4`)) return classify(first);
    // Either the prefix is repeated, or the count began again: an unlikely prefix tells the two apart.
    const second = await goOn(upstream, UNLIKELY_PREFIX, signal);
    return second.text.startsWith(UNLIKELY_PREFIX) ? echoes(mendsEcho) : classify(first);
  } catch (error) {
    if (signal.aborted)
      return failed('silent', `did not answer within ${PATIENCE_MS / 1000} s. See whether it is overloaded.`);
    if (!StreamAlignerError.isInstance(error)) throw error;
    const { code, details, message } = error;
    // The key, the address or the model's name is wrong; the prefix was not even looked at.
    const early = [401, 403, 404].includes(Number(details['status']));
    if (code !== 'upstream-rejected' || early) return failed('unreachable', message);
    return failed(
      'rejects',
      `rejects a prefix: ${message} If the model cannot continue its own message, it cannot be an upstream; if the server can do it another way, set \`continuation\`.`,
    );
  }
}

interface Said {
  /** Without any whitespace. */
  text: string;
  reasoned: boolean;
}

async function goOn(upstream: Upstream, prefix: string, signal: AbortSignal): Promise<Said> {
  const session = await upstream.open({
    messages: [{ role: 'user', content: QUESTION }],
    params: { temperature: 0 },
    signal,
  });
  let text = '';
  let reasoned = false;
  try {
    for await (const event of session.continueFrom(prefix, signal, { maxTokens: TOKENS })) {
      if (event.type === 'text-delta') text += event.text;
      if (event.type === 'reasoning-delta') reasoned = true;
    }
  } finally {
    await session.close();
  }
  return { text: text.replace(/\s+/g, ''), reasoned };
}

function echoes(mended: boolean): Classified {
  const message = mended
    ? 'continues a prefix, and repeats it first: the repetition is dropped'
    : 'continues a prefix, but repeats it first, and `echo: never` lets that through. Set `echo: detect`.';
  return { status: mended ? 'ok' : 'failed', continuation: 'echoes', message };
}

/** What the first words after the prefix say about a server that does not repeat it. */
function classify({ text, reasoned }: Said): Classified {
  if (text.startsWith('4')) {
    return { status: 'ok', continuation: 'continues', message: 'continues a prefix, and does not repeat it' };
  }
  if (text.startsWith('1')) {
    return failed(
      'restarts',
      'begins the answer again in place of continuing it, so a rewrite cannot steer it. Set another `continuation` (`flags`, `trailing`), or serve the model with a server that continues a trailing assistant message.',
    );
  }
  if (text === '' && reasoned) {
    return failed(
      'thinks',
      'puts its continuation into its reasoning. Turn thinking off, for example with `body: { chat_template_kwargs: { enable_thinking: false } }`.',
    );
  }
  return {
    status: 'warning',
    continuation: 'unclear',
    message: `answered something else than the next number (${text.length} characters), so it is not clear whether it continues a prefix. A very small model may simply not know; try it in \`mode: shadow\` first.`,
  };
}

function failed(continuation: string, message: string): Classified {
  return { status: 'failed', continuation, message };
}
