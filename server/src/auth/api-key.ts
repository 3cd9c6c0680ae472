import { randomBytes } from 'node:crypto';
import { crc32 } from './crc32.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = BigInt(ALPHABET.length);
const KID_LENGTH = 8;
/** 256 bits in base 62. */
const SECRET_LENGTH = 43;
const CHECK_LENGTH = 6;
const FORM = /^csk_(live|test)_([0-9A-Za-z]{8})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

export type KeyEnvironment = 'live' | 'test';

/** An API key that is well formed: `csk_<env>_<kid>_<secret><crc>`. */
export interface ApiKey {
  readonly environment: KeyEnvironment;
  /** Public: the name of the key in logs and lists. */
  readonly kid: string;
  /** The whole key, shown once and never stored. */
  readonly text: string;
}

/** Makes a new key: 8 public characters, 256 secret bits, a checksum that catches slips of the pen. */
export function makeApiKey(environment: KeyEnvironment, random: (bytes: number) => Uint8Array = randomBytes): ApiKey {
  const kid = base62(random(16), KID_LENGTH);
  const secret = base62(random(32), SECRET_LENGTH);
  const body = `csk_${environment}_${kid}_${secret}`;
  return { environment, kid, text: body + checksum(body) };
}

/** Reads a key, or answers undefined for anything that is not one; typing errors never reach the key store. */
export function readApiKey(text: string): ApiKey | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const body = text.slice(0, -CHECK_LENGTH);
  if (checksum(body) !== text.slice(-CHECK_LENGTH)) return undefined;
  return { environment: match[1] as KeyEnvironment, kid: match[2] ?? '', text };
}

function checksum(body: string): string {
  return digits(BigInt(crc32(Buffer.from(body, 'latin1'))), CHECK_LENGTH);
}

function base62(bytes: Uint8Array, length: number): string {
  return digits(BigInt(`0x${Buffer.from(bytes).toString('hex')}`), length);
}

function digits(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  for (let place = 0; place < length; place++) {
    text = ALPHABET.charAt(Number(rest % BASE)) + text;
    rest /= BASE;
  }
  return text;
}
