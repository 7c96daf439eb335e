/**
 * Takes out the calculator's marks that GSM8K writes between "=" and a result, as `<<3*4=12>>`: their numbers are not said
 * by the solution. One that was cut off goes too.
 */
export function withoutMarks(text: string): string {
  return text.replace(/<<[^<>\n]*(?:>>|$)/gm, '');
}

/** What stands behind the last "####" that begins a line, as GSM8K's solutions end; null where there is none. */
export function hashAnswer(text: string): string | null {
  const found = [...text.matchAll(/^[ \t]*####[ \t]*(.*)$/gm)].at(-1)?.[1]?.trim();
  return found === undefined || found === '' ? null : found;
}
