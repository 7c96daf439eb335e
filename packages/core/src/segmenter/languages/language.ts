/**
 * What a language adds to the rules. All lists are words parted by spaces, without their last full stop, compared
 * without regard to case. No language is told to the segmenter, so the lists of all languages work together: a word
 * that is ordinary in another language has no place here.
 */
export interface Language {
  /** Abbreviations that a sentence never ends with: titles before a name, "for example". */
  never?: string;
  /** Abbreviations before a number (`p. 5`), which otherwise are ordinary words or end a sentence. */
  numbered?: string;
  /** Abbreviations that may end a sentence: only a word that often begins one (`starters`) proves it. */
  either?: string;
  /** Words that often begin a sentence and are not names. */
  starters?: string;
  /** Words that follow an ordinal number written with a full stop (`3. Oktober`), and month names. */
  afterOrdinal?: string;
  /** Words before an ordinal number written with a full stop (`der 2. Weltkrieg`). */
  beforeOrdinal?: string;
}
