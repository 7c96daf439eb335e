/** One line of the trainer's or the exporter's standard output. */
export interface TrainerEvent {
  readonly event: string;
  readonly [key: string]: unknown;
}

/** The event in a line, or null for a line that is none (a library printed it). */
export function parseEvent(line: string): TrainerEvent | null {
  if (!line.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isEvent(value) ? value : null;
  } catch {
    return null;
  }
}

function isEvent(value: unknown): value is TrainerEvent {
  return typeof value === 'object' && value !== null && 'event' in value && typeof value.event === 'string';
}

/** A figure of an event, or undefined where it has none. */
export function figure(event: TrainerEvent, key: string): number | undefined {
  const value = event[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A text of an event, or undefined where it has none. */
export function textIn(event: TrainerEvent, key: string): string | undefined {
  const value = event[key];
  return typeof value === 'string' ? value : undefined;
}
