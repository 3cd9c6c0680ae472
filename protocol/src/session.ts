import type { Principal } from './tool.ts';

/** The WebSocket subprotocol. Answered when offered; nothing else is ever echoed, so a token offered as one cannot leak. */
export const SUBPROTOCOL = 'callsheet.v1';

/** The path of the native door. */
export const RPC_PATH = '/rpc';

/** How a caller proves who it is inside `session/open`. */
export type Credential =
  | { readonly type: 'apiKey'; readonly apiKey: string }
  | { readonly type: 'jwt'; readonly token: string }
  | {
      readonly type: 'hmac';
      readonly clientId: string;
      readonly timestamp: number;
      readonly nonce: string;
      readonly signature: string;
    }
  | { readonly type: 'ticket'; readonly ticket: string };

/** What both sides may agree on. */
export interface Capabilities {
  /** Arrays are frames of independent messages, answered as each is ready. */
  readonly coalesce?: boolean;
  readonly events?: boolean;
  /** Keep the session for a while when the connection is lost. */
  readonly resume?: boolean;
}

export interface SessionOpenParams {
  readonly auth?: Credential;
  readonly client?: { readonly name: string; readonly version: string };
  readonly capabilities?: Capabilities;
  readonly resume?: { readonly sessionId: string; readonly resumeToken: string; readonly lastSeq: number };
}

export interface SessionOpenResult {
  readonly sessionId: string;
  /** Good once, for coming back to this session; there when `resume` was agreed on. */
  readonly resumeToken?: string;
  /** True: this is the session asked for, and everything after `lastSeq` follows. */
  readonly resumed: boolean;
  /** When resumed: how many of the client's frames arrived after session/open (in coalesced frames, of their members). */
  readonly received?: number;
  /** When the credential ends, ISO 8601. */
  readonly expiresAt?: string;
  /** One sentence about a credential that is good, and will not be for long. */
  readonly warning?: string;
  readonly principal: Principal;
  readonly window: { readonly maxInFlight: number };
  readonly limits: {
    readonly maxPayloadBytes: number;
    readonly maxBatch: number;
    readonly maxDepth: number;
    readonly maxArrayItems: number;
  };
  readonly heartbeatMs: number;
  readonly server: { readonly name: string; readonly version: string };
  readonly gateways: readonly string[];
  readonly capabilities: Capabilities;
}

export interface SessionRefreshParams {
  readonly auth: Credential;
}

export interface SessionRefreshResult {
  readonly principal: Principal;
  readonly expiresAt?: string;
  readonly warning?: string;
}
