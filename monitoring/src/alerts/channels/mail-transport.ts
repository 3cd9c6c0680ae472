import type { Mail } from './mail.ts';

/** As much of a nodemailer transport as is used. */
export interface MailTransport {
  sendMail(mail: OutgoingMail): Promise<unknown>;
  close(): void;
}

export interface OutgoingMail extends Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly signal: AbortSignal;
  readonly disableFileAccess: true;
  readonly disableUrlAccess: true;
}

/** As much of the package as is used. */
export interface Nodemailer {
  createTransport(options: object): MailTransport;
}

/** Where mails are handed over, and as whom. */
export interface SmtpOptions {
  readonly host: string;
  /** 465 with `secure`, else 587. */
  readonly port?: number;
  /** Whether the connection is encrypted from its first byte; false when not said: it is then upgraded with STARTTLS. */
  readonly secure?: boolean;
  /**
   * Whether a server without STARTTLS is refused; true when not said. Say false for a relay on this machine or in a network
   * that nobody listens to.
   */
  readonly requireTls?: boolean;
  readonly user?: string;
  readonly password?: string;
}

const TIMEOUT_MS = 10_000;

/**
 * @param load finds the package, which only those need who want mails
 * @throws Error that says what to install
 */
export async function loadNodemailer(load: () => Promise<unknown> = () => import('nodemailer')): Promise<Nodemailer> {
  try {
    return found(await load());
  } catch (cause) {
    const sentence =
      'Cannot send mails: the package "nodemailer" cannot be loaded; install it with `npm install nodemailer`';
    throw new Error(sentence, { cause });
  }
}

export function createTransport(nodemailer: Nodemailer, smtp: SmtpOptions): MailTransport {
  const { host, secure = false, port = secure ? 465 : 587, requireTls = true, user, password } = smtp;
  return nodemailer.createTransport({
    host,
    port,
    secure,
    requireTLS: requireTls && !secure,
    ...(user !== undefined && { auth: { user, pass: password } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    dnsTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
}

/** Old and new releases, loaded as CommonJS or as a module, keep their functions in either place. */
function found(loaded: unknown): Nodemailer {
  for (const place of [loaded, Reflect.get(Object(loaded), 'default')]) {
    if (isNodemailer(place)) return place;
  }
  throw new TypeError('it has no createTransport');
}

function isNodemailer(place: unknown): place is Nodemailer {
  return typeof Reflect.get(Object(place), 'createTransport') === 'function';
}
