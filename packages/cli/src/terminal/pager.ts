import { spawn } from 'node:child_process';

/**
 * Shows text on the terminal, through the reader's pager (PAGER, else less) where it is longer than the screen. Anything
 * but a terminal is given the text as it is.
 */
export async function showPaged(text: string): Promise<void> {
  const { stdout, stdin, env } = process;
  const isLong = text.split('\n').length > (stdout.rows ?? Number.POSITIVE_INFINITY);
  const paged = isLong && stdout.isTTY && stdin.isTTY && (await page(env['PAGER'] || 'less', text));
  if (!paged) stdout.write(text);
}

/** Whether the pager could be run. */
function page(command: string, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    // Colours, and no clearing of the screen, for the pager that most have.
    const env = { LESS: 'RFX', ...process.env };
    const child = spawn('sh', ['-c', command], { stdio: ['pipe', 'inherit', 'inherit'], env });
    child.on('error', () => resolve(false));
    // What the shell says when there is no such command.
    child.on('close', (code) => resolve(code !== 127 && code !== 126));
    // The reader may leave before the end.
    child.stdin.on('error', () => {});
    child.stdin.end(text);
  });
}
