import { Redactor } from '../../redaction/redactor.ts';
import { type AlertChannel, DeliveryError } from '../notify/channel.ts';
import {
  callable,
  checkOptions,
  flag,
  isListOf,
  line,
  type OptionRule,
  required,
  secret,
  whole,
} from '../notify/option-rules.ts';
import { unlessAborted } from '../notify/within.ts';
import { mailOf } from './mail.ts';
import { createTransport, loadNodemailer, type SmtpOptions } from './mail-transport.ts';

export interface EmailOptions {
  /** What rules and routes call the channel; `email` when not said. */
  readonly name?: string;
  readonly smtp: SmtpOptions;
  /** `alerts@example.com`, or with a name: `Callsheet <alerts@example.com>`. */
  readonly from: string;
  readonly to: string | readonly string[];
  /** Finds nodemailer; the installed package when not said. */
  readonly load?: () => Promise<unknown>;
}

const ADDRESS: OptionRule = {
  expected: 'one mail address, alone or as "Name <address>"',
  fits: isAddress,
};

const ADDRESSES: OptionRule = {
  expected: 'a mail address or a list of at most 50',
  fits: (value) => isAddress(value) || (isListOf(value, isAddress) && value.length > 0 && value.length <= 50),
};

const LONGEST_QUOTE = 200;

/**
 * Sends one mail for all notices of a delivery, through the optional package nodemailer (7 or later), with
 * `X-Alert-Fingerprint`. The server's address is not judged: mail relays are usually inside.
 *
 * @throws TypeError for options that do not fit
 */
export function email(options: EmailOptions): AlertChannel {
  const doing = 'make an email channel';
  checkOptions(doing, options, {
    name: line(80, 'a name'),
    smtp: required({ expected: 'an object with the host of a mail server', fits: (value) => Object(value) === value }),
    from: required(ADDRESS),
    to: required(ADDRESSES),
    load: callable,
  });
  checkSmtp(doing, options.smtp);
  const { name = 'email', smtp, from, load } = options;
  const to = typeof options.to === 'string' ? [options.to] : options.to;
  const redactor = new Redactor({ secrets: smtp.password === undefined ? [] : [smtp.password] });

  return {
    name,
    async deliver(notices, signal) {
      const nodemailer = await loadNodemailer(load).catch((cause: unknown) => {
        throw new DeliveryError(messageOf(cause), { retryable: false, cause });
      });
      const transport = createTransport(nodemailer, smtp);
      const safe = { disableFileAccess: true, disableUrlAccess: true } as const;
      try {
        await unlessAborted(transport.sendMail({ ...mailOf(notices), from, to, signal, ...safe }), signal);
      } catch (error) {
        throw refusal(name, error, redactor);
      } finally {
        transport.close();
      }
    },
  };
}

function checkSmtp(doing: string, smtp: SmtpOptions): void {
  checkOptions(`${doing}, in "smtp"`, smtp, {
    host: required(line(255, 'a host name')),
    port: { ...whole(1, 65_535, 'a port'), expected: 'a port, 1 to 65535' },
    secure: flag,
    requireTls: flag,
    user: line(320),
    password: secret({ expected: 'a text', fits: (value) => typeof value === 'string' }),
  });
  if ((smtp.user === undefined) !== (smtp.password === undefined)) {
    throw new TypeError(`Cannot ${doing}: user and password of "smtp" belong together; give both or neither`);
  }
}

/** Without the cause: what a server says may hold what it was told. Replies from 500 up stay as they are (RFC 5321 §4.2.1). */
function refusal(channel: string, error: unknown, redactor: Redactor): DeliveryError {
  const { code, responseCode } = Object(error) as { readonly code?: unknown; readonly responseCode?: unknown };
  const said = redactor.text(messageOf(error)).replaceAll(/\s+/g, ' ').slice(0, LONGEST_QUOTE);
  const retryable = !(typeof responseCode === 'number' && responseCode >= 500) && code !== 'ENOAUTH';
  const advice = retryable ? 'it is tried again' : 'check the addresses, the user and the password';
  return new DeliveryError(`Cannot deliver to the channel "${channel}": ${JSON.stringify(said)}; ${advice}`, {
    retryable,
  });
}

/** One address: a comma or a line end would make several of it. */
function isAddress(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 320) return false;
  const bare = /^[^<>"@,;:\\()[\]\p{Cc}]+ <([^<>]+)>$/u.exec(value)?.[1] ?? value;
  return /^[^\s<>"(),:;\\[\]@\p{Cc}]+@[^\s<>"(),:;\\[\]@\p{Cc}]+$/u.test(bare);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
