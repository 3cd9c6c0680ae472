// What a platform's own package builds on (sdk-node, sdk-browser); applications import `@callsheet/sdk-core`.
export { type Clock, systemClock, type Timer } from './clock.ts';
export { presentCredential } from './credentials.ts';
export { runListener } from './emitter.ts';
export { abortSignal, callback, checkOptions, type OptionRule } from './option-rules.ts';
