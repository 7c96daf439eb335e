import { hash64 } from '../../data/hash.ts';

/** A word for the name of a file or the id of an element; other texts have other words. */
export function slugOf(text: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  const isFaithful = /^[\w -]{1,40}$/.test(text);
  return isFaithful ? slug : `${slug}-${hash64(text).slice(0, 6)}`.replace(/^-/, '');
}
