import { cyrillic } from './cyrillic.ts';
import { dutch } from './dutch.ts';
import { english } from './english.ts';
import { german } from './german.ts';
import type { Language } from './language.ts';
import { nordic } from './nordic.ts';
import { others } from './others.ts';
import { romance } from './romance.ts';
import { slavicLatin } from './slavic-latin.ts';

const languages: readonly Language[] = [
  english,
  german,
  romance,
  nordic,
  dutch,
  slavicLatin,
  cyrillic,
  others,
];

function gather(list: keyof Language): ReadonlySet<string> {
  return new Set(languages.flatMap((language) => language[list]?.match(/\S+/g) ?? []));
}

/** The lists of all languages together; see {@link Language}. */
export const words: Readonly<Record<keyof Language, ReadonlySet<string>>> = {
  never: gather('never'),
  numbered: gather('numbered'),
  either: gather('either'),
  starters: gather('starters'),
  afterOrdinal: gather('afterOrdinal'),
  beforeOrdinal: gather('beforeOrdinal'),
};
