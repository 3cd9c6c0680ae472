import type { JsonObject } from '@callsheet/sdk-node';

/** One client with one connection, the same to everybody who measures it. */
export interface Connection {
  /** Calls a tool of the benchmark's server; rejects when the call failed. */
  call(tool: string, args: JsonObject): PromiseLike<unknown>;
  /** Hears of every session that opens, the first one among them unless it was open already. */
  onReady(listener: () => void): void;
  close(): void | Promise<void>;
}

export interface Candidate {
  readonly name: string;
  /** Which of the benchmark's servers it speaks with. */
  readonly server: 'json-rpc' | 'socket-io';
  /** Whether it comes back by itself after a drop. */
  readonly reconnects: boolean;
  /** Resolves when calls can go out. */
  open(port: number): Promise<Connection>;
}
