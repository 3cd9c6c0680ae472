import * as everything from '../../src/index.ts';

declare global {
  /** The package, in pages made of this file. */
  var sdk: typeof everything;
}

globalThis.sdk = everything;
