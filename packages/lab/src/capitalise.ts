/** The text with its first letter large, where it has one. */
export const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
