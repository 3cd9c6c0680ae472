import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { ToolLog } from '@callsheet/protocol';
import type { Clock } from '../../clock.ts';
import { type FollowParts, type Renewable, TlsFollower } from './follow.ts';
import { digestOf, readTls } from './read.ts';
import { checkTlsSettings, type TlsSettings } from './settings.ts';
import { type ValidTls, validateTls } from './validate.ts';

/** A peer that has not finished its handshake by then is disconnected. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** The certificate and key of a server, checked. */
export class TlsFiles {
  readonly #settings: TlsSettings;
  readonly #valid: ValidTls;
  readonly #digest: string;

  private constructor(settings: TlsSettings, valid: ValidTls, digest: string) {
    this.#settings = settings;
    this.#valid = valid;
    this.#digest = digest;
  }

  /**
   * Reads and checks the files; doubts that keep nothing from working go to the log.
   *
   * @throws Error for contradicting settings, and for files that are missing, damaged, expired or do not belong together
   */
  static async open(
    settings: TlsSettings,
    { log, clock }: { readonly log: Pick<ToolLog, 'warn'>; readonly clock: Pick<Clock, 'now'> },
  ): Promise<TlsFiles> {
    checkTlsSettings(settings);
    const texts = await readTls(settings);
    const valid = validateTls(settings, texts, clock.now());
    for (const warning of valid.warnings) log.warn({}, warning);
    return new TlsFiles(settings, valid, digestOf(texts));
  }

  /** For `https.createServer`, or `https` of Fastify. */
  get options(): SecureContextOptions & TlsOptions {
    const { clientCertificates } = this.#settings;
    return {
      ...this.#valid.context,
      requestCert: clientCertificates !== 'off',
      rejectUnauthorized: clientCertificates === 'require',
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    };
  }

  /** SHA-256 of the first certificate, as it was at the start. */
  get fingerprint(): string {
    return this.#valid.fingerprint;
  }

  /** When it expires, in milliseconds since the epoch, as it was at the start. */
  get expiresAt(): number {
    return this.#valid.expiresAt;
  }

  /** Gives the server every good new pair from now on, until the follower is stopped. */
  follow(server: Renewable, parts: FollowParts): TlsFollower {
    return new TlsFollower(this.#settings, server, this.#digest, parts);
  }
}
