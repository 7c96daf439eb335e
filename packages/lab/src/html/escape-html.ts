const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is nothing but text in HTML and XML, with what {@link showHidden} shows. */
export function escapeHtml(text: string): string {
  return showHidden(text).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/**
 * Shows what would turn the direction of text around it, and control characters, as what they are: a text must not look
 * like another.
 */
export function showHidden(text: string): string {
  return text.replace(HIDDEN, (char) => `[U+${hex(char)}]`);
}

const HIDDEN = /[^\P{Cc}\t\n\r]|[\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]|\p{Cs}/gu;

const hex = (char: string) => char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
