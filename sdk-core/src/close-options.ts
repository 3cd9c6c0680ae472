import { type OptionRule, rule } from './option-rules.ts';
import { utf8Length } from './utf8-length.ts';

/** Close codes any client may send: a browser refuses all others (WHATWG WebSockets §3.1, `close()`). */
export const closeCode: OptionRule = /* @__PURE__ */ rule(
  '1000 or 3000 to 4999',
  (code) => code === 1000 || (typeof code === 'number' && code >= 3000 && code < 5000 && code % 1 === 0),
);

/** A close frame holds 125 bytes, two of them the code (RFC 6455 §5.5). */
export const closeReason: OptionRule = /* @__PURE__ */ rule(
  'a text of at most 123 bytes',
  (reason) => typeof reason === 'string' && utf8Length(reason) <= 123,
);
