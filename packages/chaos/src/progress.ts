/** A bar on standard error with rate and time left; a line now and then where nobody watches a terminal. */
export function createProgress(total: number) {
  const { stderr } = process;
  const began = performance.now();
  let done = 0;
  let found = 0;
  let shown = 0;

  function line(): string {
    const seconds = (performance.now() - began) / 1000;
    const rate = done / seconds;
    const width = 24;
    const filled = Math.floor((width * done) / total);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
    const left = done === 0 ? '' : `, ${Math.ceil((total - done) / rate)} s left`;
    return `${bar} ${done}/${total} schedules, ${rate.toFixed(1)}/s${left}, ${found} with findings`;
  }

  return {
    tick(hasFindings: boolean) {
      done += 1;
      found += hasFindings ? 1 : 0;
      const now = performance.now();
      if (now - shown < (stderr.isTTY ? 100 : 10_000) && done < total) return;
      shown = now;
      stderr.write(stderr.isTTY ? `\r\u001b[K${line()}` : `${line()}\n`);
    },
    end() {
      if (stderr.isTTY) stderr.write('\r\u001b[K');
    },
  };
}
