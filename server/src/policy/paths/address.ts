/** `asset:<id>`, whose store checks whose it is. */
const ASSET = /^asset:[A-Za-z0-9_-]{1,128}$/;
/** No backslash, no blank, nothing that climbs: as the name of a file it would stay where it is, too. */
const WEB = /^https?:\/\/[^\s\\/][^\s\\]*$/i;
const CLIMBS = /(?:^|\/)\.\.?(?:\/|$)/;

/** True for what is an address rather than a path, and is guarded where it is opened. */
export function isAddress(text: string): boolean {
  return ASSET.test(text) || (WEB.test(text) && !/\p{Cc}/u.test(text) && !CLIMBS.test(text) && URL.canParse(text));
}
