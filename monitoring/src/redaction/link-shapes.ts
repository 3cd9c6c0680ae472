import { judgeName } from './names.ts';
import type { Finder } from './ranges.ts';

export const USER_INFO = /:\/\/[^\s/?#"'<>\\]+@/g;
export const QUERY_NAME = /[?&#;]([\w.~%[\]-]{1,64})=/g;
export const QUERY_VALUE = /[^\s&#"'<>\\]*/y;
export const JSON_NAME = /"([\w .-]{1,64})"[ \t\r\n]{0,4}:[ \t\r\n]{0,4}"/g;
export const JSON_TEXT = /(?:[^"\\]|\\.)*/sy;

/** User and password of a URL (RFC 3986 §3.2.1). */
export const findUserInfo: Finder = (text, found) => {
  for (const { index, 0: match } of text.matchAll(USER_INFO)) found(index + 3, index + match.length - 1);
};

/** Values of query and fragment members whose names are those of secrets: `?key=…`, `&X-Amz-Signature=…`, `#access_token=…`. */
export const findQuerySecrets: Finder = named(QUERY_NAME, QUERY_VALUE);

/** Members of JSON inside a text, as error messages and logged bodies have them: `{"password":"…"}`. */
export const findJsonMembers: Finder = named(JSON_NAME, JSON_TEXT);

/** Reads a value only behind a name that hides it, so that no part of the text is read twice. */
function named(namePattern: RegExp, valuePattern: RegExp): Finder {
  return (text, found) => {
    const name = new RegExp(namePattern);
    const value = new RegExp(valuePattern);
    for (let match = name.exec(text); match !== null; match = name.exec(text)) {
      if (judgeName(match[1] ?? '') === 'readable') continue;
      const start = name.lastIndex;
      value.lastIndex = start;
      value.test(text);
      if (value.lastIndex > start) found(start, value.lastIndex);
      name.lastIndex = Math.max(start, value.lastIndex);
    }
  };
}
