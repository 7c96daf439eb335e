import type { Child } from './child.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupts {
  /** How often the person has asked to stop. */
  count(): number;
  forget(): void;
}

/** Passes the first Ctrl-C (or termination) on to the program, so that it can save its work; the second one kills it. */
export function forwardInterrupts(child: Child, onFirst: () => void): Interrupts {
  let count = 0;
  const onSignal = () => {
    count += 1;
    if (count > 1) return child.kill();
    child.interrupt();
    onFirst();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    count: () => count,
    forget: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
