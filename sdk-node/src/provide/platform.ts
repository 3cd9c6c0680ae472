import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { Transport } from '@callsheet/sdk-core';
import { type Clock, type Signer, systemClock } from '@callsheet/sdk-core/platform';
import type { Environment } from '../environment.ts';
import { nodeSigner } from '../node-signer.ts';
import { wsTransport } from '../ws-transport.ts';
import type { SignalSource } from './signals.ts';

/** Everything of the outside a provider touches. */
export interface ProvidePlatform {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Uniform in [0, 1). It spreads retries; nothing secret depends on it. */
  readonly random: () => number;
  readonly signer: Signer;
  /** Names this life of the process: unguessable, 16 to 64 characters. */
  readonly instanceId: () => string;
  /** A random id of so many bytes, in hexadecimal. It names spans; nothing secret depends on it. */
  readonly hexId: (bytes: number) => string;
  readonly environment: Environment;
  readonly signals: SignalSource;
  readonly fetch: typeof fetch;
  readonly stderr: { write(text: string): unknown };
  /** Where temporary files of this machine lie. */
  readonly scratchRoot: string;
}

export function nodePlatform(): ProvidePlatform {
  return {
    transport: wsTransport,
    clock: systemClock,
    now: Date.now,
    random: Math.random,
    signer: nodeSigner,
    instanceId: () => randomBytes(24).toString('base64url'),
    hexId: (bytes) => randomBytes(bytes).toString('hex'),
    environment: process.env,
    signals: process,
    fetch,
    stderr: process.stderr,
    scratchRoot: tmpdir(),
  };
}
