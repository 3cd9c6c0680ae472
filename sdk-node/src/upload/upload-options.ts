import type { UploadFacts } from '@callsheet/protocol';
import { abortSignal, callback, type OptionRule, text } from '@callsheet/sdk-core/platform';

export interface UploadProgress {
  /** Handed to the connection so far; begins anew when the connection broke. */
  readonly sentBytes: number;
  /** Undefined for a stream of unknown length. */
  readonly totalBytes: number | undefined;
}

/** What is known of the file: the gateway draws `kind`, `mime` and `extension` from `mime` or the name where they are not said. */
export interface UploadOptions extends UploadFacts {
  /** A file name, kept with the file and used to tell what it is. A path's own when not said. */
  readonly name?: string;
  /** Where it belongs; `default` when not said. */
  readonly project?: string;
  readonly signal?: AbortSignal;
  /** How long a stream is, where the caller knows. */
  readonly totalBytes?: number;
  /** Lower-case hex. The gateway refuses other bytes. Must be said to upload a stream under a signature (HMAC). */
  readonly sha256?: string;
  /** The same key means the same file: an upload given up here can be begun again without storing it twice. Random when not said. */
  readonly idempotencyKey?: string;
  onProgress?(progress: UploadProgress): void;
}

const rule =
  (expected: string, fits: (value: unknown) => boolean): OptionRule =>
  (value) =>
    fits(value) ? undefined : `expected ${expected}`;

const amount = rule(
  'a finite number, 0 or more',
  (value) => typeof value === 'number' && value >= 0 && value < Infinity,
);
const bytes = rule('a whole number of bytes', (value) => Number.isSafeInteger(value) && (value as number) >= 0);
const KINDS: readonly unknown[] = ['image', 'video', 'audio', 'subtitle', 'text'];

/** Every option and what it may be. The gateway looks at the facts once more. */
export const UPLOAD_RULES: { readonly [K in keyof Required<UploadOptions>]: OptionRule } = {
  name: rule('a file name of 1 to 255 characters without slashes', (value) =>
    /^[^\p{C}/\\]{1,255}$/u.test(String(value)),
  ),
  project: text,
  signal: abortSignal,
  totalBytes: bytes,
  sha256: rule('64 lower-case hex digits', (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)),
  idempotencyKey: rule(
    '1 to 255 printable ASCII characters',
    (value) => typeof value === 'string' && /^[\x21-\x7e]{1,255}$/.test(value),
  ),
  onProgress: callback,
  kind: rule(`one of ${KINDS.join(', ')}`, (value) => KINDS.includes(value)),
  mime: text,
  extension: text,
  model: text,
  width: amount,
  height: amount,
  duration: amount,
  fps: amount,
  sample_rate: amount,
  channels: amount,
  params: rule('an object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  parents: rule('a list of asset ids', (value) => Array.isArray(value) && value.every((id) => typeof id === 'string')),
};
