/** What stands around a word; some spellings are read by their neighbours. */
export interface ReadingContext {
  /** The word before without its punctuation, or empty. */
  readonly previous: string;
  /** The word after without its punctuation, or empty. */
  readonly next: string;
  /** Punctuation written right behind the word. */
  readonly after: string;
  /** The text is mostly in capitals, so capitals say nothing about a word. */
  readonly shouted: boolean;
}

/**
 * Knows one kind of spelling. Answers what to say, as lower-case English words of a–z and apostrophe, or undefined
 * when the spelling is not of its kind. An empty list means: known, and silent.
 */
export type Reader = (core: string, context: ReadingContext) => readonly string[] | undefined;
