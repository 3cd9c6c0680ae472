import type { ConnectionState } from './connection-state.ts';
import { callback, type OptionRule, oneOf } from './option-rules.ts';

/** One connection of a client. */
export interface ConnectionInfo {
  readonly id: string;
  /** Where it leads; empty before the first dial. */
  readonly url: string;
  readonly state: ConnectionState;
  readonly inFlight: number;
  /** Sent, and still in this process. */
  readonly bufferedBytes: number;
  /** Of the last keep-alive question; 0 before. Milliseconds. */
  readonly rttMs: number;
}

/** What a strategy may go by. */
export interface PooledCall {
  readonly method: string;
  /** `route.affinity` of the call, else the tool's name. */
  readonly key?: string;
}

/**
 * Which connection a call goes out on. An own function gets the connections that have room, and returns the place of one of them.
 * `power-of-two`: the less busy one of two drawn at random (Mitzenmacher 2001). `sticky`: calls of one key stay together.
 */
export type PoolStrategy =
  | 'least-in-flight'
  | 'round-robin'
  | 'power-of-two'
  | 'sticky'
  | ((connections: readonly ConnectionInfo[], call: PooledCall) => number);

/** What the strategies choose from. */
export interface Choosable {
  readonly id: string;
  readonly inFlight: number;
  readonly info: ConnectionInfo;
}

/** Picks one of at least two that have room. */
export type Choose = <T extends Choosable>(from: readonly T[], call: PooledCall) => T | undefined;

/** One place of a circle each key prefers, whoever else is there (rendezvous hashing, Thaler and Ravishankar 1998; FNV-1a). */
function weight(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  // The last characters differ most, and FNV alone leaves their difference in the low bits.
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
}

export function chooser(strategy: PoolStrategy, random: () => number): Choose {
  let turn = 0;
  return <T extends Choosable>(from: readonly T[], call: PooledCall): T | undefined => {
    if (typeof strategy === 'function') {
      // It is the application's own, and a call must go out whatever it does.
      try {
        const place: unknown = strategy(
          from.map(({ info }) => info),
          call,
        );
        return (typeof place === 'number' ? from[place] : undefined) ?? from[0];
      } catch {
        return from[0];
      }
    }
    if (strategy === 'round-robin') return from[turn++ % from.length];
    const any = (): T => from[Math.floor(random() * from.length)] as T;
    const cost = ({ id, inFlight }: T): number =>
      strategy === 'sticky' ? weight(`${id} ${call.key ?? call.method}`) : inFlight;
    return (strategy === 'power-of-two' ? [any(), any()] : from).reduce((best, one) =>
      cost(one) < cost(best) ? one : best,
    );
  };
}

const named = /* @__PURE__ */ oneOf('least-in-flight', 'round-robin', 'power-of-two', 'sticky');

export const strategyRule: OptionRule = (value) => (callback(value) === undefined ? undefined : named(value));
