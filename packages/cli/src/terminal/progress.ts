const PATIENCE_MS = 2_000;

/** Awaits `work`; on a terminal, says on the error stream what takes so long when it takes more than two seconds. */
export async function withProgress<T>(what: string, work: Promise<T>): Promise<T> {
  const { stderr } = process;
  if (!stderr.isTTY) return work;
  const began = performance.now();
  const clear = '\r\x1b[K';
  let shown = false;
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1000);
    if (seconds * 1000 >= PATIENCE_MS) {
      shown = true;
      stderr.write(`${clear}${what} … ${seconds} s`);
    }
  }, 1_000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (shown) stderr.write(clear);
  }
}
