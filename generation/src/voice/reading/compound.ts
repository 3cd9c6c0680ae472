const SEAMS = [
  // Signs between parts: well-known, and/or, one…two, word—word, snake_case, end.Next
  /[-–—/\\…_|:;,!?*"()[\]{}<>]+|\.{2,}|\.(?=\p{L})/u,
  // Capitals inside a word: PayPal, but not McDonald.
  /(?<=\p{Ll})(?=\p{Lu})/u,
  // Letters meet figures: COVID19, 3D, mp3.
  /(?<=\p{L})(?=\d)|(?<=\d)(?=\p{L})/u,
  // Signs that are read: R&D, C++
  /(?=[&+=@%])|(?<=[&+=@%])/u,
];
const NAME_WITH_CAPITAL = /^(?:Mc|Mac|O')\p{Lu}/u;

/** The parts of a spelling that no reader knows as a whole; itself alone when it has none. */
export function partsOf(core: string): string[] {
  let parts = [core];
  for (const seam of SEAMS) {
    parts = parts.flatMap((part) => (NAME_WITH_CAPITAL.test(part) ? [part] : part.split(seam)));
  }
  return parts.filter((part) => part !== '');
}
