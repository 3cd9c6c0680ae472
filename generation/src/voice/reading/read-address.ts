import { digitWords } from './numbers.ts';
import type { Reader } from './reader.ts';

const URL = /^(?:https?:\/\/)?(?:www\.)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?::\d+)?(\/\S*)?$/i;
const SCHEME = /^(?:https?|ftp):\/\//i;
const EMAIL = /^([\w.+-]+)@((?:[\w-]+\.)+[a-z]{2,})$/i;
const HANDLE = /^@(\w+)$/;
const HASHTAG = /^#(\w*[a-z]\w*)$/i;
/** Endings that make a bare `word.word` an address; anything else is a missing space after a full stop. */
const ENDINGS = /\.(?:com|org|net|edu|gov|io|ai|co|dev|app|tv|me|info|uk|de|fr|eu|us|ca|au|jp|ch|at|nl)$/i;
const SIGNS: { readonly [sign: string]: string } = {
  '.': 'dot',
  '/': 'slash',
  '-': 'dash',
  _: 'underscore',
  '+': 'plus',
};

/** Web and mail addresses, handles and hashtags. Query strings are not read out. */
export const readAddress: Reader = (core) => {
  const [, name, domain] = EMAIL.exec(core) ?? [];
  if (name !== undefined && domain !== undefined) return [...spell(name), 'at', ...spell(domain)];
  const [, handle] = HANDLE.exec(core) ?? [];
  if (handle !== undefined) return ['at', ...spell(handle)];
  const [, tag] = HASHTAG.exec(core) ?? [];
  if (tag !== undefined) return ['hashtag', ...spell(tag)];
  const [, site, path = ''] = URL.exec(core) ?? [];
  if (site === undefined || !(SCHEME.test(core) || /^www\./i.test(core) || ENDINGS.test(site))) return undefined;
  return [...spell(site), ...spell(path.replace(/[?#].*$/, '').replace(/\/+$/, ''))];
};

function spell(part: string): string[] {
  const pieces = part.replace(/([a-z])([A-Z])/g, '$1 $2').match(/[a-z]+|\d+|[./_+-]/gi) ?? [];
  return pieces.flatMap((piece) => SIGNS[piece] ?? (/^\d/.test(piece) ? digitWords(piece) : piece.toLowerCase()));
}
