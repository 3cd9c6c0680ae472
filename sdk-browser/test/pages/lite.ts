import * as small from '../../src/lite.ts';

declare global {
  /** The small client, in pages made of this file. */
  var lite: typeof small;
}

globalThis.lite = small;
