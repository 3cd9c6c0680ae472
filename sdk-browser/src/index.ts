export * from '@callsheet/sdk-core';
// Named here, they take the place of the core's own.
export { connect, createClient } from './create-client.ts';
export type { PageClientOptions } from './key-in-page.ts';
export { ticketFrom } from './ticket-from.ts';
export { type UploadOptions, upload } from './upload.ts';
export { importSecret } from './web-signer.ts';
