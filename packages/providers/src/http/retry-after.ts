/**
 * The seconds that a reply asks to wait: a number, or a date, taken from the reply's own `date` where it has one, since
 * the two clocks need not agree. Undefined without one that can be read; a date that has passed is 0.
 */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const until = httpDate(text);
  if (until === undefined) return undefined;
  const now = httpDate(headers.get('date') ?? '') ?? Date.now();
  return Math.max(0, Math.ceil((until - now) / 1000));
}

/** Dates always name a weekday, which keeps `Date.parse` from reading one into any other word. */
function httpDate(text: string): number | undefined {
  const ms = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
