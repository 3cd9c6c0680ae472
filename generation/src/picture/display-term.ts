/** Words that say nothing about a scene. */
const EMPTY = new Set(
  'percent hundred thousand million millions billion billions trillion people thing things about above after again also although always another because been before being between both called could does during each every from further have having here into itself just less like made make many more most much must never only other over same should since some still such than that their them then there these they this those through under until upon very want were what when where which while will with within would your yours yet'.split(
    ' ',
  ),
);

/** The one word (or up to four Chinese characters) that could stand for a scene in large type. */
export function displayTerm(text: string, terms: readonly string[]): string {
  for (const source of [...terms, text]) {
    const han = /\p{Script=Han}{2,}/u.exec(source)?.[0];
    if (han !== undefined) return han.slice(0, 4);
    const words = (source.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? []).filter(
      (word) => !EMPTY.has(word.toLowerCase()),
    );
    const longest = words.reduce((best, word) => (word.length > best.length && word.length <= 12 ? word : best), '');
    if (longest.length > 2) return longest;
  }
  return '';
}
