import { AuthError, connect, createClient } from '../../src/index.ts';
import { ticketFrom } from '../../src/ticket-from.ts';
import { importSecret } from '../../src/web-signer.ts';

const everything = { AuthError, connect, createClient, importSecret, ticketFrom };

declare global {
  /** What a page needs to say who it is. */
  var auth: typeof everything;
}

globalThis.auth = everything;
