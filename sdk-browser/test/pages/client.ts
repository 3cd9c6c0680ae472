import * as everything from '../../src/index.ts';

/** A gateway, and who asks. */
export interface Where {
  readonly url: string;
  readonly apiKey: string;
}

declare global {
  /** The package, in pages made of this file. */
  var sdk: typeof everything;
  /** A client of that gateway with a key, as a page of a test may have one. */
  var clientOf: (where: Where, options?: Partial<everything.PageClientOptions>) => everything.Client;
}

globalThis.sdk = everything;
globalThis.clientOf = ({ url, apiKey }, options) =>
  everything.createClient({ url, auth: { type: 'apiKey', apiKey }, dangerouslyAllowKeyInPage: true, ...options });
