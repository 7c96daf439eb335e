import type { Paint } from '../terminal/paint.ts';
import { dashboard } from './dashboard.ts';
import { advance, NO_PROGRESS } from './progress.ts';
import { startText } from './start-text.ts';
import type { View } from './view.ts';

const BETWEEN_FRAMES_MS = 100;

/** The terminal, as far as it is needed here. */
export interface Screen {
  columns?: number;
  rows?: number;
  write(text: string): unknown;
}

/** A bar and curves at the end of the terminal, drawn again where they stand. */
export function liveView(screen: Screen, paint: Paint, now = () => performance.now()): View {
  let progress = NO_PROGRESS;
  let drawn = 0;
  let drawnAt = -Infinity;

  const draw = (above: string) => {
    // A terminal that does not know its size says 0.
    const columns = screen.columns || 80;
    const lines = dashboard(progress, { columns, paint }).slice(0, (screen.rows || 24) - 1);
    const erase = drawn > 0 ? `\x1b[${drawn}A\r\x1b[J` : '';
    screen.write(`${erase}${above}${lines.map((line) => `${line}\n`).join('')}`);
    drawn = lines.length;
    drawnAt = now();
  };
  // Loading the libraries takes Python a while.
  draw('');
  return {
    event(event) {
      progress = advance(progress, event);
      if (event.event === 'start') draw(`${startText(event)}\n`);
      else if (event.event !== 'log' || now() - drawnAt >= BETWEEN_FRAMES_MS) draw('');
    },
    note: (text) => draw(`${text}\n`),
    close: () => draw(''),
  };
}
