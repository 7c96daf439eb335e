/** What the command's exit code says. */
export const EXIT = {
  ok: 0,
  /** Something did not work: a model, a server, a configuration. */
  failure: 1,
  /** The command was called in a way it does not take. */
  usage: 2,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;
