/** Prints what a test measured. */
export function report(figures: string): void {
  process.stdout.write(`measured: ${figures}\n`);
}

/** `median … ms, most … ms`. */
export function times(milliseconds: readonly number[]): string {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return `median ${middle.toFixed(1)} ms, most ${(sorted.at(-1) ?? Number.NaN).toFixed(1)} ms`;
}
