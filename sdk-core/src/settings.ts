import type { ReconnectOptions } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Credentials, MaybePromise, Signer } from './credentials.ts';
import type { PlatformLife } from './platform-life.ts';
import type { PoolStrategy } from './pool-strategies.ts';
import type { Message } from './read-frame.ts';
import type { Transport } from './transport.ts';

/** What one connection needs to know. */
export interface ConnectionSettings {
  /** Addresses, asked for at every dial. */
  readonly urls: () => MaybePromise<readonly string[]>;
  readonly auth: Credentials;
  readonly name: string;
  readonly connectMs: number;
  /** Silence after which to ask. Milliseconds. */
  readonly intervalMs: number;
  /** Silence after asking that means the peer is gone. Milliseconds. */
  readonly pongMs: number;
  readonly reconnect: ReconnectOptions | false;
  /** Bounds of a frame of several messages; false: one message a frame. */
  readonly coalesce: { readonly maxCalls?: number; readonly maxBytes?: number } | false;
  /** Whether a lost session is to be come back to. */
  readonly resume: boolean;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
  readonly random: () => number;
  readonly signer: Signer | undefined;
  /** Reads a frame; `readFrame` when not said. */
  readonly read?: (text: string, take: (message: Message) => void) => void;
}

/** Options with every default filled in. */
export interface Settings extends ConnectionSettings {
  readonly idleMs: number;
  readonly totalMs: number | undefined;
  readonly pool: {
    readonly size: number;
    /** So many are opened at once; the rest when they are needed. */
    readonly eager: number;
    readonly strategy: PoolStrategy;
    readonly maxInFlight: number;
    readonly idleMs: number;
  };
  /** Bounds of what waits here. */
  readonly queue: { readonly maxCalls: number; readonly maxBytes: number; readonly maxAgeMs: number };
  readonly highWaterBytes: number;
  readonly lowWaterBytes: number;
  readonly life: PlatformLife | undefined;
}
