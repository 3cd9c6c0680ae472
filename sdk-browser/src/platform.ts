import type { Platform } from '@callsheet/sdk-core';
import { webSocketTransport } from './web-socket-transport.ts';

/** What a window or a worker brings to the engine. */
export const browserPlatform: Platform = { transport: webSocketTransport };
