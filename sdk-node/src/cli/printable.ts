/** What a gateway sends must not move the cursor or change colours. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
