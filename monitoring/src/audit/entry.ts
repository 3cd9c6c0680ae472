import type { Json } from '@callsheet/protocol';

/** What whoever decides something tells the trail. Texts are redacted and bounded; `details` is copied at once. */
export interface AuditEntry {
  /** What sort of thing happened: `session`, `call`, `key`, `policy`, … `audit.break`, `.recovered`, `.lost` and `.removed` are the trail's own. */
  readonly kind: string;
  /** Id of who asked; absent before anybody proved who they are. */
  readonly principal?: string | undefined;
  /** Public name of the credential: key id, token id, client id. */
  readonly credential?: string | undefined;
  /** What was asked for: a method or a tool. */
  readonly action: string;
  /** What it was asked for on: a job, an asset, a key. */
  readonly resource?: string | undefined;
  readonly decision: 'allowed' | 'refused';
  /** Number or name of the error, when it was refused or failed. */
  readonly code?: number | string | undefined;
  readonly requestId?: string | undefined;
  /** Where the caller connects from. */
  readonly address?: string | undefined;
  readonly details?: unknown;
}

/** One line of the trail, its members in this order, those without a value left out. */
export interface AuditLine {
  /** 1 for the first line of a trail, without gaps. */
  readonly seq: number;
  /** ISO 8601, UTC, milliseconds. Of the first, when the line stands for several. */
  readonly at: string;
  readonly kind: string;
  readonly principal?: string;
  readonly credential?: string;
  readonly action: string;
  readonly resource?: string;
  readonly decision: 'allowed' | 'refused';
  readonly code?: number | string;
  readonly requestId?: string;
  readonly address?: string;
  /** How often within a second, when more than once. */
  readonly times?: number;
  readonly details?: Json;
  /** `sig` of the line before; empty in the first line. */
  readonly prev: string;
  /** base64url HMAC-SHA256(audit key, prev ‖ this line without its `sig` member). */
  readonly sig: string;
}
