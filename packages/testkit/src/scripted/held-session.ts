/** Counts a session as open until it is closed, so that a test sees what was left behind. */
export function heldSession(holding: { sessions: number }): { close(): Promise<void> } {
  holding.sessions += 1;
  let closed = false;
  return {
    async close() {
      if (!closed) holding.sessions -= 1;
      closed = true;
    },
  };
}
