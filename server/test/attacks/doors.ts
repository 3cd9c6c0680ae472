import type { Credential, JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { Caller } from './caller.ts';
import { exchange, RawConnection } from './raw-connection.ts';
import { ADMIN, type Target } from './target.ts';

/** Something shown to the gateway to get in: as headers, and as the message it can also be. */
export interface Shown {
  readonly headers: Readonly<Record<string, string>>;
  /** Absent for what can only be a header. */
  readonly auth?: Credential;
}

/** How a door answered. */
export interface Verdict {
  /** Numeric code of the error; 0 when it let in. */
  readonly code: number;
  /** HTTP status, or the code the socket was closed with; 0 when the socket stays. */
  readonly status: number;
  /** All it said, without the request id. */
  readonly said: string;
}

let visitors = 0;

/** An address nobody has come from yet: wrong credentials are counted by address. */
export function freshAddress(): string {
  visitors += 1;
  return `10.${(visitors >> 16) & 255}.${(visitors >> 8) & 255}.${visitors & 255}`;
}

export type Door = (target: Target, shown: Shown, address?: string) => Promise<Verdict>;

/** Every way in at which a credential can be shown. */
export const DOORS: Readonly<Record<string, Door>> = {
  'the header of an upgrade': async (target, { headers }, address = freshAddress()) => {
    const connection = new RawConnection(target);
    const answer = await connection.upgrade({ Host: hostOf(target), 'X-Forwarded-For': address, ...headers });
    connection.destroy();
    return fromHttp(answer);
  },
  'session/open': (target, { auth }, address) => byMessage(target, 'session/open', auth, address),
  'session/refresh': async (target, { auth }, address = freshAddress()) => {
    const caller = await Caller.open(target, { key: ADMIN, address });
    const { error } = await caller.ask('session/refresh', { auth });
    // Who goes on as somebody else is refused, and stays who they were.
    expect((await caller.ask('ping')).result).to.deep.equal({});
    caller.cut();
    return error === undefined ? LET_IN : { code: error.code, status: 0, said: withoutId(error) };
  },
  'POST /v1/session/ticket': (target, shown, address) => byHttp(target, 'POST', '/v1/session/ticket', shown, address),
  'POST /v1/assets': (target, shown, address) => byHttp(target, 'POST', '/v1/assets?name=a.txt', shown, address),
  'GET /assets/…': (target, shown, address) =>
    byHttp(target, 'GET', '/assets/demo/video/ast_0000000000000000000000000.mp4', shown, address),
};

const LET_IN: Verdict = { code: 0, status: 0, said: '' };

export function hostOf({ port }: Target): string {
  return `127.0.0.1:${port}`;
}

/** A key or a token as a bearer. */
export function bearer(text: string, type: 'apiKey' | 'jwt'): Shown {
  const auth: Credential = type === 'apiKey' ? { type, apiKey: text } : { type, token: text };
  return { headers: { Authorization: `Bearer ${text}` }, auth };
}

async function byMessage(
  target: Target,
  method: string,
  auth: Credential | undefined,
  address = freshAddress(),
): Promise<Verdict> {
  const caller = await Caller.open(target, { address });
  const { error } = await caller.ask(method, { auth });
  if (error === undefined) {
    caller.cut();
    return LET_IN;
  }
  const { code } = await caller.closed;
  return { code: error.code, status: code, said: withoutId(error) };
}

async function byHttp(
  target: Target,
  method: string,
  path: string,
  { headers }: Shown,
  address = freshAddress(),
): Promise<Verdict> {
  const all = { Host: hostOf(target), Connection: 'close', 'X-Forwarded-For': address, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return fromHttp(await exchange(target, `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`));
}

function fromHttp({ status, head, body }: { status: number; head: string; body: string }): Verdict {
  if (status < 400) return { ...LET_IN, status };
  const { error } = JSON.parse(body) as { error: JsonObject & { code: number } };
  const challenge = /^www-authenticate: .*$/im.exec(head)?.[0] ?? '';
  return { code: error.code, status, said: `${withoutId(error)} ${challenge}` };
}

function withoutId(error: object): string {
  return JSON.stringify(error, (key, value) => (key === 'requestId' ? undefined : value));
}
