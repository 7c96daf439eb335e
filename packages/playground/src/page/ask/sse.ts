/**
 * The data of server-sent events, as they come: what the gateway writes, which is lines that end in LF, one `data` field
 * an event, and comments. What is left undecided when the bytes end is no event.
 */
export async function* sseData(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void, undefined> {
  let rest = '';
  // Undoes the lock, and cancels the body, also when the caller stops in the middle.
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + text).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) if (event.startsWith('data: ')) yield event.slice('data: '.length);
  }
}
