/**
 * Puts values into a template's `{name}` places in one pass, so that a value that looks like a place is left alone.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}
