import type { PresentedCredential } from './credentials.ts';

/** How a socket ended. Codes are those of RFC 6455 §7.4.1 and of the protocol's close-code table; 1006 = no close frame came. */
export interface CloseInfo {
  readonly code: number;
  readonly reason: string;
  /** The platform's own error, where it gives one. */
  readonly cause?: unknown;
}

/** What a transport tells the engine, in this order: at most one `onOpen`, messages, exactly one `onClose`, nothing more. */
export interface SocketListener {
  onOpen(): void;
  onMessage(text: string): void;
  /** Also called when the dial itself fails. */
  onClose(info: CloseInfo): void;
}

/** One dialled socket. */
export interface TransportSocket {
  /** Sends one text frame. Called between `onOpen` and `onClose` only. */
  send(text: string): void;
  /** Bytes that were handed to `send` and have not left this process yet. */
  readonly bufferedBytes: number;
  /** Ends the socket, open or not. `onClose` follows within a second even if the peer is dead. Later calls do nothing. */
  close(code: number, reason: string): void;
}

/** A platform's way to sockets. */
export interface Transport {
  /** True when `connect` shows the credential itself (a header at the upgrade), so that the opening need not carry it. */
  readonly sendsCredential: boolean;
  /** Starts dialling and returns at once. Never throws for a network reason: that is an `onClose`. */
  connect(url: string, listener: SocketListener, credential: PresentedCredential | undefined): TransportSocket;
}
