import { createPaint, usesColours } from '../terminal/paint.ts';
import type { TrainerEvent } from './events.ts';
import { liveView } from './live-view.ts';
import { lineView } from './line-view.ts';

/** How a training run is shown while it goes on. */
export interface View {
  event(event: TrainerEvent): void;
  /** Something else that a person should read. */
  note(text: string): void;
  /** Leaves the screen as it should stay. */
  close(): void;
}

/** On a terminal a bar and curves, drawn in place; else a line now and then; with `json` the events as they come. */
export function createView({ json, color }: { json: boolean; color: boolean }): View {
  const { stdout } = process;
  if (json) return jsonView();
  const paint = createPaint(usesColours(stdout, color));
  return stdout.isTTY && process.env['TERM'] !== 'dumb' ? liveView(stdout, paint) : lineView(stdout);
}

function jsonView(): View {
  return {
    event: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
    close: () => {},
  };
}
