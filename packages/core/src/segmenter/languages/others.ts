import type { Language } from './language.ts';

export const others: Language = {
  // Greek, Turkish, Hungarian, Malayalam and other Indian languages.
  never: 'κ κα δρ κος π.χ δηλ βλ αρ av doç yrd örn vb pl ún ഡോ ശ്രീ डॉ श्री प्रो',
  numbered: 'σελ αρ κεφ',
  either: 'κ.λπ κλπ κ.ά μ.μ π.μ stb ltd.şti',
  starters:
    'ο η το οι τα αυτός αυτή αυτό αλλά και αν όταν πώς τι ποιος που bu şu o biz siz ve ama az ez és de ha',
};
