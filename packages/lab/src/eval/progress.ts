/** A counter on standard error, only for a person who watches: it leaves pipes and logs alone. */
export function createProgress(name: string, total: number) {
  const { stderr } = process;
  let done = 0;
  const show = () => {
    if (stderr.isTTY) stderr.write(`\r${name}: ${done} of ${total} `);
  };
  show();
  return {
    tick() {
      done += 1;
      show();
    },
    end() {
      if (stderr.isTTY) stderr.write('\r\u001b[K');
    },
  };
}
