export * from '@callsheet/sdk-core';
// Named here, they take the place of the core's own.
export { connect, createClient } from './create-client.ts';
