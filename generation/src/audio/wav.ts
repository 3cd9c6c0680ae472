export { decodeWav, WavError } from './wav-decode.ts';
export { encodeWav, type WavEncoding } from './wav-encode.ts';
