import type { OptionRule } from './option-rules.ts';
import { utf8Length } from './utf8-length.ts';

/** Close codes any client may send: a browser refuses all others (WHATWG WebSockets §3.1, `close()`). */
export const closeCode: OptionRule = (value) =>
  value === 1000 || (typeof value === 'number' && Number.isInteger(value) && value >= 3000 && value <= 4999)
    ? undefined
    : `expected 1000 or 3000 to 4999, got ${String(value)}`;

/** A close frame holds 125 bytes, two of them the code (RFC 6455 §5.5). */
export const closeReason: OptionRule = (value) =>
  typeof value === 'string' && utf8Length(value) <= 123 ? undefined : 'expected a text of at most 123 bytes';
