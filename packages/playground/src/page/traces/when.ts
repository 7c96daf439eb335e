const FORMAT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** An ISO date as its reader writes dates. */
export function when(iso: string): string {
  return FORMAT.format(new Date(iso));
}
