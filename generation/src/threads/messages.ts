import type { PackedError } from './packed-error.ts';

/** What the pool says to a thread. A thread has one task at a time; the id tells a late word from a current one. */
export type ToThread =
  | { readonly kind: 'run'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'abort'; readonly id: number };

/** What a thread says to the pool. */
export type FromThread =
  | { readonly kind: 'report'; readonly id: number; readonly progress: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: PackedError };
