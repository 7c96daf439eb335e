/** How often the line is drawn anew on a terminal, and how often one is added to a log. */
const [DRAW_MS, LOG_MS] = [250, 30_000];
const BAR = 20;
const CLEAR = '\r\x1b[K';

/** One line about work that goes on: drawn over itself on a terminal, added every 30 seconds elsewhere. */
export interface LiveLine {
  /** Says something above the line. */
  say(text: string): void;
  /** Takes the line away. */
  end(): void;
}

/** `line` gives the line whenever it is drawn; null while there is nothing to say. */
export function createLiveLine(
  line: () => string | null,
  stream: NodeJS.WriteStream = process.stderr,
): LiveLine {
  const show = () => {
    const text = line();
    if (text === null) return;
    if (stream.isTTY) stream.write(`${CLEAR}${text.slice(0, Math.max(20, stream.columns - 1))}`);
    else stream.write(`${text}\n`);
  };
  const timer = setInterval(show, stream.isTTY ? DRAW_MS : LOG_MS);
  timer.unref();
  return {
    say(text) {
      stream.write(`${stream.isTTY ? CLEAR : ''}stream-aligner: ${text}\n`);
    },
    end() {
      clearInterval(timer);
      if (stream.isTTY) stream.write(CLEAR);
    },
  };
}

/** A bar of 20 signs for a share of 1. */
export function bar(share: number): string {
  const full = Math.min(BAR, Math.floor(BAR * share));
  return `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}]`;
}
