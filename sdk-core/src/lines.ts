import type { Channel } from './channel.ts';
import type { ConnectionState } from './connection-state.ts';
import type { RpcClientError } from './errors.ts';
import type { PendingCall } from './pending-call.ts';
import type { Session } from './session.ts';

/** What a channel tells about itself. */
export interface ChannelKeeper {
  /** A session is open, and what was held is on its way again. */
  online(channel: Channel): void;
  /** There is room for more. */
  room(): void;
  /** The session is gone, with `resumable` perhaps for a moment only. */
  offline(channel: Channel, resumable: boolean): void;
  /** It is away, and one more dial failed. */
  failed(channel: Channel): void;
  /** It is gone for good; its calls are still to be heard of. */
  over(channel: Channel, cause: RpcClientError): void;
}

/** The connections of one client: one, or several that calls are spread over. */
export interface Lines extends ChannelKeeper {
  readonly state: ConnectionState;
  /** The one that events come on, while its session is open. */
  readonly home: Channel | undefined;
  /** True while some session is open, whether it has room or not: at this address, where one is said. */
  isOnline(url?: string): boolean;
  /** True while room comes by itself, without any message: a socket has more to write than it should. */
  readonly isCongested: boolean;
  /** A connection the call may be sent on now. */
  pick(call: PendingCall): Channel | undefined;
  /** Calls wait: dial, or dial more. */
  wanted(): void;
  /** A session; rejects when the dials that are under way fail. */
  connect(): Promise<Session>;
  /** Finds out now whether the connections still stand. */
  probe(): void;
  /** Lets go of all sockets until somebody probes. */
  rest(): void;
  drain(): void;
  close(code: number, reason: string, cause: RpcClientError): Promise<void>;
}
