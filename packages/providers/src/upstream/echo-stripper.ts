/** A text on its way through: `push` gives what can go on already, `flush` the rest. */
export interface TextFilter {
  push(text: string): string;
  flush(): string;
}

/**
 * Drops the prefix where a server repeats it before it goes on (llama.cpp's implicit prefill, Mistral, LM Studio). Holds
 * back only while what has come could still be the prefix, so at most its length; what turns out not to be it is
 * released whole. An echo may have lost the prefix's outer whitespace.
 */
export function createEchoStripper(prefix: string): TextFilter {
  const echoes = [...new Set([prefix.trimEnd(), prefix.trim()])].filter((echo) => echo !== '');
  let held = '';
  let deciding = echoes.length > 0;
  return {
    push(text) {
      if (!deciding) return text;
      held += text;
      const echo = echoes.find((candidate) => held.startsWith(candidate));
      if (echo === undefined && echoes.some((candidate) => candidate.startsWith(held))) return '';
      deciding = false;
      const released = held.slice(echo?.length ?? 0);
      held = '';
      return released;
    },
    flush() {
      deciding = false;
      const released = held;
      held = '';
      return released;
    },
  };
}
