import type { KeyObject } from 'node:crypto';
import { type Asset, type AssetFacts, CallError, type Principal } from '@callsheet/protocol';
import type { CallOrigin, Recorder } from '../audit/recorder.ts';
import type { Identity } from '../auth/identity.ts';
import type { Clock } from '../clock.ts';
import type { CallLimiter } from '../limits/call-limiter.ts';
import { UploadAllowance } from '../limits/upload-allowance.ts';
import type { Policy } from '../policy/policy.ts';
import type { DepositFor } from './deposit.ts';
import { KeyedUploads } from './keyed-uploads.ts';
import type { AssetRecord } from './record.ts';
import type { AssetStore } from './store.ts';
import type { Upload } from './upload.ts';

export interface UploadDeskParts {
  readonly store: AssetStore;
  readonly policy: Pick<Policy, 'demand' | 'rules'>;
  readonly limiter: Pick<CallLimiter, 'take'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Absent when the gateway keeps no audit trail. */
  readonly recorder: Pick<Recorder, 'did' | 'methodRefused'> | undefined;
  /** Uploads of one caller at once. */
  readonly maxUploads: number;
  /** What one caller may upload in a day. */
  readonly mebibytesPerDay: number;
  /** From which ids of uploads with a key are made. */
  readonly secret: KeyObject;
}

type Uploader = CallOrigin & { readonly identity: Identity };

/** A file that is on its way in, and what its sender says of it. */
export interface ReceivedUpload {
  readonly source: Upload;
  readonly facts: AssetFacts;
  readonly project: string;
  /** Under which the sender may send it again. */
  readonly key: string | undefined;
  readonly bytes: number | undefined;
  /** Lower-case hex. */
  readonly sha256: string | undefined;
}

/** The action of the policy, and the name under which uploads count among the calls of a caller. */
const ACTION = 'assets/create';

/** Decides who may store files of their own, and how many; stores them, and writes it into the audit trail. */
export class UploadDesk {
  readonly #parts: UploadDeskParts;
  readonly #allowance: UploadAllowance;
  readonly #keyed: KeyedUploads;

  constructor(parts: UploadDeskParts) {
    const { clock, maxUploads: atOnce, mebibytesPerDay } = parts;
    this.#parts = parts;
    this.#allowance = new UploadAllowance({ clock, atOnce, mebibytesPerDay });
    this.#keyed = new KeyedUploads(parts.store, parts.secret);
  }

  /**
   * Lets an upload begin; it counts as one call. The returned function ends it and says how many bytes it stored.
   *
   * @throws CallError FORBIDDEN, RATE_LIMITED, TOO_MANY_IN_FLIGHT, QUOTA_EXCEEDED; they are in the audit trail
   */
  admit(from: Uploader, bytes: number): (storedBytes: number) => void {
    try {
      const { principal } = from.identity;
      this.#demand(principal);
      return this.#allowance.begin(principal.id, bytes);
    } catch (error) {
      this.refused(from, CallError.from(error));
      throw error;
    }
  }

  refused(from: Uploader, error: CallError): void {
    this.#parts.recorder?.methodRefused(from, ACTION, error);
  }

  /** @throws CallError as `deposit` does, CONFLICT when it is sent again meanwhile, IDEMPOTENCY_MISMATCH */
  async store(from: Uploader, upload: ReceivedUpload): Promise<{ readonly asset: Asset; readonly isNew: boolean }> {
    const owner = from.identity.principal.id;
    const { project, key } = upload;
    if (key === undefined) return { asset: await this.#keep(from, upload, { owner, project }), isNew: true };
    const assetId = this.#keyed.idOf(owner, project, key);
    const release = await this.#keyed.claim(assetId, upload.source.fail);
    try {
      const before = await this.#keyed.stored(assetId);
      if (before === undefined) {
        return { asset: await this.#keep(from, upload, { owner, project, assetId }), isNew: true };
      }
      if (!isSame(upload, before)) throw mismatch();
      return { asset: this.#parts.store.describe(before), isNew: false };
    } finally {
      release();
    }
  }

  #demand(principal: Principal): void {
    const { policy, limiter, clock } = this.#parts;
    policy.demand(principal, ACTION);
    const { allowWrite, dryRun } = policy.rules;
    if (!allowWrite || dryRun) {
      const sentence = 'Cannot store the file: this gateway changes nothing now';
      throw new CallError('FORBIDDEN', `${sentence} (${allowWrite ? 'dry_run is on' : 'allow_write is off'})`);
    }
    const refused = limiter.take(principal.id, principal.role, ACTION, clock.monotonic());
    if (refused !== undefined) throw refused;
  }

  async #keep(by: Uploader, { source, facts }: ReceivedUpload, whose: DepositFor): Promise<Asset> {
    const asset = await this.#parts.store.keep(source, facts, whose);
    const { asset_id: resource, project, kind, bytes, sha256 } = asset;
    this.#parts.recorder?.did('asset', ACTION, { by, resource, details: { project, kind, bytes, sha256 } });
    return asset;
  }
}

/** As far as the sender says before all of it has come. */
function isSame({ facts, bytes, sha256 }: ReceivedUpload, { kind, mime, ...before }: AssetRecord): boolean {
  return (
    facts.kind === kind &&
    facts.mime === mime &&
    (bytes ?? before.bytes) === before.bytes &&
    (sha256 ?? before.sha256) === before.sha256
  );
}

function mismatch(): CallError {
  const sentence = 'Cannot store the file: another one was stored under this "idempotency-key"';
  return new CallError('IDEMPOTENCY_MISMATCH', `${sentence}; use a new key for each file`);
}
