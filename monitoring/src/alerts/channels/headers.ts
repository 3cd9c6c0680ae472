import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { OptionRule } from '../notify/option-rules.ts';

/** What the channel says itself. */
const OWN: readonly string[] = [
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
  'connection',
  'x-signature',
];

export const headersRule: OptionRule = {
  expected: `an object of at most 32 HTTP headers, without ${OWN.join(', ')}`,
  fits: (value) =>
    Object(value) === value &&
    !Array.isArray(value) &&
    Object.keys(Object(value)).length <= 32 &&
    Object.entries(Object(value)).every(isHeader),
  secret: true,
};

function isHeader([name, value]: [string, unknown]): boolean {
  if (typeof value !== 'string' || OWN.includes(name.toLowerCase())) return false;
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
