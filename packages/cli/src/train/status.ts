const TICK_MS = 1_000;

/**
 * One line that says what goes on and for how long: replaced in place on a terminal, one after the other elsewhere. On
 * the error stream.
 */
export function createStatus() {
  const { stderr } = process;
  const clear = '\r\x1b[K';
  let text = '';
  let since = performance.now();
  const draw = () => {
    const seconds = Math.floor((performance.now() - since) / 1000);
    const end = seconds < 2 ? '' : ` … ${seconds} s`;
    stderr.write(`${clear}${text.slice(0, (stderr.columns || 80) - end.length - 1)}${end}`);
  };
  const timer = stderr.isTTY ? setInterval(draw, TICK_MS) : undefined;
  return {
    show(next: string): void {
      if (!stderr.isTTY) {
        stderr.write(`${next}\n`);
        return;
      }
      text = next;
      since = performance.now();
      draw();
    },
    close(): void {
      clearInterval(timer);
      if (stderr.isTTY) stderr.write(clear);
    },
  };
}
