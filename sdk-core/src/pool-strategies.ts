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

function least<T>(from: readonly T[], cost: (item: T) => number): T | undefined {
  let best: T | undefined;
  for (const item of from) if (best === undefined || cost(item) < cost(best)) best = item;
  return best;
}

export function chooser(strategy: PoolStrategy, random: () => number): Choose {
  let turn = 0;
  return (from, call) => {
    const any = (): number => Math.floor(random() * from.length);
    switch (strategy) {
      case 'least-in-flight':
        return least(from, ({ inFlight }) => inFlight);
      case 'round-robin':
        return from[turn++ % from.length];
      case 'power-of-two': {
        const [one, two] = [from[any()], from[any()]];
        return one === undefined || two === undefined || one.inFlight <= two.inFlight ? one : two;
      }
      case 'sticky':
        return least(from, ({ id }) => weight(`${id} ${call.key ?? call.method}`));
      default:
        return (
          from[
            strategy(
              from.map(({ info }) => info),
              call,
            )
          ] ?? from[0]
        );
    }
  };
}

const named = /* @__PURE__ */ oneOf('least-in-flight', 'round-robin', 'power-of-two', 'sticky');

export const strategyRule: OptionRule = (value) => (callback(value) === undefined ? undefined : named(value));
