import { type AlignerUsage, StreamAlignerError, type UpstreamEvent } from '@stream-aligner/core';

/** Collects an aligner's reply. Rejects when it did not end by itself: half a rewrite is no rewrite. */
export async function readReply(
  events: AsyncIterable<UpstreamEvent>,
  maxTokens: number,
): Promise<{ reply: string; usage?: AlignerUsage }> {
  let reply = '';
  let usage: AlignerUsage | undefined;
  for await (const event of events) {
    if (event.type === 'text-delta') reply += event.text;
    else if (event.type === 'usage') usage = event.usage;
    else if (event.type === 'finish' && event.reason !== 'stop') throw badEnd(event.reason, maxTokens);
  }
  return { reply, ...(usage && { usage }) };
}

/** A reply that did not end by itself. */
export function badEnd(reason: string, maxTokens: number): StreamAlignerError {
  const what =
    reason === 'length'
      ? `ran past its bound of ${maxTokens} tokens. If it thinks before it answers, turn that off`
      : `was ended by its server with "${reason}"`;
  return new StreamAlignerError('aligner-unparsable', `The aligner's reply ${what}.`, {
    details: { reason, maxTokens },
  });
}
