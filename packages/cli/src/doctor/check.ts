/** One thing that was looked at. `warning` is worth knowing and not wrong. */
export interface Check {
  name: string;
  status: 'ok' | 'warning' | 'failed';
  /** What was found; for anything but `ok` also why and what to do. */
  message: string;
  /** How an upstream continues a prefix, where that was asked. */
  continuation?: string;
}
