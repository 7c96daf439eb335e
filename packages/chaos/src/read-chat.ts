import type { RawReply } from './client.ts';
import { asLoose, asText, eventsIn, type Loose, parseLoose, type Told } from './observation.ts';

/** Reads a reply of `/v1/chat/completions`, streamed or plain. */
export function readChat({ status, contentType, body, end }: RawReply): Told {
  if (contentType.startsWith('text/event-stream')) return readStream(body, end === 'clean');
  if (end !== 'clean') return nothing;
  const json = parseLoose(body);
  if (status !== 200) return { ...nothing, failed: true, contradictions: errorFaults(status, json) };
  const choice = firstChoice(json);
  const text = asText(asLoose(choice?.['message'])?.['content']);
  const reason = asText(choice?.['finish_reason']);
  const contradictions = json?.['error'] === undefined ? [] : ['status 200 with an error'];
  return { text, reason: reason || null, failed: false, torn: !text.isWellFormed(), contradictions };
}

export const nothing: Told = { text: '', reason: null, failed: false, torn: false, contradictions: [] };

/** A failure must look like one to every client. */
export function errorFaults(status: number, json: Loose | undefined): string[] {
  const { message, type } = asLoose(json?.['error']) ?? {};
  return [
    ...(status < 400 ? [`a failure with status ${status}`] : []),
    ...(asText(message) && asText(type) ? [] : ['a failure without an error envelope']),
    ...(firstChoice(json) ? ['a failure with choices'] : []),
  ];
}

function readStream(body: string, whole: boolean): Told {
  const told: Told = { ...nothing, contradictions: [] };
  let done = false;
  for (const { data } of eventsIn(body)) {
    if (done) told.contradictions.push('an event after [DONE]');
    if (told.failed) told.contradictions.push('an event after the error');
    if (data === '[DONE]') {
      done = true;
      continue;
    }
    const chunk = parseLoose(data);
    if (!chunk) told.contradictions.push('an event that is not JSON');
    if (chunk?.['error'] !== undefined) told.failed = true;
    const choice = firstChoice(chunk);
    const text = asText(asLoose(choice?.['delta'])?.['content']);
    const reason = asText(choice?.['finish_reason']);
    if (told.reason !== null && (text !== '' || reason !== ''))
      told.contradictions.push('text or a finish after the finish');
    told.text += text;
    told.torn ||= !text.isWellFormed();
    if (reason !== '') told.reason ??= reason;
  }
  if (told.failed && (told.reason !== null || done)) told.contradictions.push('an error with a finish');
  if (whole && !told.failed && done !== (told.reason !== null))
    told.contradictions.push('[DONE] without a finish reason, or the other way round');
  return told;
}

function firstChoice(json: Loose | undefined): Loose | undefined {
  const choices = json?.['choices'];
  return Array.isArray(choices) ? asLoose(choices[0]) : undefined;
}
