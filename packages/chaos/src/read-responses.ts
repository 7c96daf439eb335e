import type { RawReply } from './client.ts';
import { asLoose, asText, eventsIn, type Loose, parseLoose, type Told } from './observation.ts';
import { errorFaults, nothing } from './read-chat.ts';

/** Reads a reply of `/v1/responses`, streamed or plain. */
export function readResponses({ status, contentType, body, end }: RawReply): Told {
  if (contentType.startsWith('text/event-stream')) return readStream(body);
  if (end !== 'clean') return nothing;
  const json = parseLoose(body);
  if (status !== 200) return { ...nothing, failed: true, contradictions: errorFaults(status, json) };
  const reason = reasonOf(json);
  const contradictions = json?.['error'] == null && reason !== null ? [] : ['status 200 with a failure'];
  return { ...nothing, text: textOf(json), reason, contradictions };
}

function readStream(body: string): Told {
  const told: Told = { ...nothing, contradictions: [] };
  const fault = (words: string) => told.contradictions.push(words);
  let ended = false;
  for (const [index, { name, data }] of eventsIn(body).entries()) {
    const event = parseLoose(data);
    const type = asText(event?.['type']);
    if (ended) fault('an event after the last one');
    if (type === '' || type !== name) fault('an event whose name is not its type');
    if (event?.['sequence_number'] !== index) fault('an event out of its sequence');
    const delta = type === 'response.output_text.delta' ? asText(event?.['delta']) : '';
    told.text += delta;
    told.torn ||= !delta.isWellFormed();
    if (type === 'response.output_text.done' && asText(event?.['text']) !== told.text)
      fault('a text that is not its deltas');
    if (type === 'error' || type === 'response.failed') {
      told.failed = true;
      ended = true;
    }
    if (type !== 'response.completed' && type !== 'response.incomplete') continue;
    ended = true;
    const response = asLoose(event?.['response']);
    told.reason = reasonOf(response);
    if (told.reason === null) fault('an end that is not one');
    if (textOf(response) !== told.text) fault('a response that is not its deltas');
  }
  return told;
}

/** The end of a response in the words of chat completions; null when it is not one. */
function reasonOf(response: Loose | undefined): string | null {
  const why = asText(asLoose(response?.['incomplete_details'])?.['reason']);
  if (response?.['status'] === 'completed') return 'stop';
  if (response?.['status'] !== 'incomplete') return null;
  return why === 'max_output_tokens' ? 'length' : why || null;
}

function textOf(response: Loose | undefined): string {
  return listOf(response?.['output'])
    .filter((item) => item['type'] === 'message')
    .flatMap((item) => listOf(item['content']))
    .map((part) => asText(part['text']))
    .join('');
}

function listOf(value: unknown): Loose[] {
  return Array.isArray(value) ? value.map(asLoose).filter((item) => item !== undefined) : [];
}
