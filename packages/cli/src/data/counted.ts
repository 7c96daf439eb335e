/** A number as people read it. */
export const counted = (count: number) => count.toLocaleString('en-US');

/** A share of 1 in percent. */
export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** What was not taken and why, as lines below a heading; '' when there is nothing to say. */
export function reasons(heading: string, counts: Readonly<Record<string, number | undefined>>): string {
  const found = Object.entries(counts).flatMap(([why, count]) => (count ? [{ why, count }] : []));
  if (found.length === 0) return '';
  const total = found.reduce((sum, { count }) => sum + count, 0);
  const lines = found
    .toSorted((one, other) => other.count - one.count)
    .map(({ why, count }) => `\n  ${counted(count).padStart(9)}  ${why}`);
  return `\n${heading}: ${counted(total)}${lines.join('')}`;
}
