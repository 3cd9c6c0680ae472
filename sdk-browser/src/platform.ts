import type { Platform } from '@callsheet/sdk-core';
import { pageLife } from './page-life.ts';
import { webSigner } from './web-signer.ts';
import { webSocketTransport } from './web-socket-transport.ts';

/** What a window or a worker brings to the engine. */
export const browserPlatform: Platform = {
  transport: webSocketTransport,
  life: pageLife,
  /** A new one for each client: it remembers a key. */
  get signer() {
    return webSigner();
  },
};
