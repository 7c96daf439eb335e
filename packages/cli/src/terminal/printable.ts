/**
 * Text of models and users as it may go to a terminal: what would move the cursor, change colours or turn the direction
 * of text is shown as U+FFFD.
 */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/[^\P{Cc}\t\n]|[\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD');
}
