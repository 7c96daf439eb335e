/** A time for a person: `40 s`, `12 min`, `3 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A size for a person: `812 kB`, `3.1 GB`. */
export function fileSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** A count for a person: `12,345`, `1.2 M`. */
export function count(value: number): string {
  if (value < 1e6) return Math.round(value).toLocaleString('en');
  const [divisor, unit] = value < 1e9 ? [1e6, 'M'] : [1e9, 'B'];
  return `${(value / divisor).toFixed(value < 10 * divisor ? 2 : 1)} ${unit}`;
}
