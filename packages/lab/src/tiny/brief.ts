/** Of results what is worth keeping in a repository: no scores of single answers, and five digits of every fraction. */
export function brief(results: unknown): string {
  return `${JSON.stringify(results, keep, 1)}\n`;
}

function keep(key: string, value: unknown): unknown {
  if (key === 'scores') return undefined;
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
}
