import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import { Caller, type Close } from './caller.ts';
import { newKey, operator } from './operator.ts';
import { ADMIN, useTarget } from './target.ts';
import { tokenWith } from './wrong-credentials.ts';

const WHOLE_SECOND = 1_000;
const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

describe('attacks by staying on', function () {
  this.timeout(20_000);
  const target = useTarget();
  useBystander(target);

  it('end within a second of the end of a token: told before, the call in flight answered with 4011, closed with 4401', async () => {
    const exp = secondsFromNow(3);
    const caller = await Caller.open(target(), { key: tokenWith({ exp }) });
    const running = caller.call('diagnostics_sleep', { ms: 600_000 });
    expect(await caller.notice()).to.deep.equal({
      method: 'session/expiring',
      params: { expiresAt: new Date(exp * 1000).toISOString() },
      jsonrpc: '2.0',
    });
    expect((await running).error).to.deep.include({ code: 4011 });
    const { code, at } = await caller.closed;
    expect(code).to.equal(4401);
    expect(at).to.be.within(exp * 1000, exp * 1000 + WHOLE_SECOND);
  });

  it('end in the same way for who opened with a message, and for who opened with a ticket', async () => {
    const exp = secondsFromNow(2);
    const token = tokenWith({ exp });
    const byMessage = await Caller.open(target(), {});
    await byMessage.ask('session/open', { auth: { type: 'jwt', token } });
    const request = { method: 'POST', headers: { authorization: `Bearer ${token}` } };
    const { ticket } = (await (await fetch(`${target().httpUrl}/v1/session/ticket`, request)).json()) as {
      ticket: string;
    };
    const byTicket = await Caller.open(target(), {});
    expect((await byTicket.ask('session/open', { auth: { type: 'ticket', ticket } })).result).to.have.property(
      'expiresAt',
    );
    const closes: Close[] = await Promise.all([byMessage.closed, byTicket.closed]);
    for (const { code, at } of closes) {
      expect(code).to.equal(4401);
      expect(at).to.be.within(exp * 1000, exp * 1000 + WHOLE_SECOND);
    }
  });

  it('do not end for who brings a newer token in time; somebody else’s does not count', async () => {
    const exp = secondsFromNow(2);
    const caller = await Caller.open(target(), { key: tokenWith({ exp }) });
    const other = await Caller.open(target(), { key: tokenWith({ exp, sub: 'other' }) });
    const auth = { type: 'jwt', token: tokenWith({ sub: 'ada' }) };
    expect((await caller.ask('session/refresh', { auth })).result).to.have.property('expiresAt');
    expect((await other.ask('session/refresh', { auth })).error.code).to.equal(4030);
    await other.closed;
    expect((await caller.ask('ping')).result).to.deep.equal({});
    expect(Date.now()).to.be.at.least(exp * 1000);
    caller.cut();
  });

  it('end within a second of the revocation of a key by another process, the call in flight answered with 4010', async () => {
    const { key, kid } = await newKey(target());
    const caller = await untilTaken(key);
    const running = caller.call('diagnostics_sleep', { ms: 600_000 });
    await operator(target(), 'keys', 'revoke', kid);
    const revoked = Date.now();
    expect((await running).error).to.deep.include({ code: 4010 });
    const { code, at } = await caller.closed;
    expect(code).to.equal(4401);
    expect(at - revoked).to.be.below(WHOLE_SECOND);
  });

  it('end within a second of the revocation of a key over the wire', async () => {
    const admin = await Caller.open(target(), { key: ADMIN });
    const made = await admin.ask<{ key: string; record: { kid: string } }>('keys/create', { name: 'x', role: 'user' });
    const { key, record } = made.result;
    const caller = await Caller.open(target(), { key });
    expect((await admin.ask('keys/revoke', { kid: record.kid })).error).to.equal(undefined);
    const revoked = Date.now();
    const { code, at } = await caller.closed;
    expect(code).to.equal(4401);
    expect(at - revoked).to.be.below(WHOLE_SECOND);
    const again = new Caller(target(), { key });
    expect(String(await again.opened.catch((error: unknown) => error))).to.contain('401');
    admin.cut();
  });

  it('end within a second of the revocation of a token, and of all tokens of somebody', async () => {
    const one = await Caller.open(target(), { key: tokenWith({ jti: 'one-of-them', sub: 'mary' }) });
    const two = await Caller.open(target(), { key: tokenWith({ jti: 'two-of-them', sub: 'mary' }) });
    await operator(target(), 'tokens', 'revoke', 'one-of-them');
    const revoked = Date.now();
    const first = await one.closed;
    expect([first.code, first.at - revoked < WHOLE_SECOND]).to.deep.equal([4401, true]);
    expect((await two.ask('ping')).result).to.deep.equal({});
    await operator(target(), 'tokens', 'revoke-all', 'mary');
    const all = Date.now();
    const second = await two.closed;
    expect([second.code, second.at - all < WHOLE_SECOND]).to.deep.equal([4401, true]);
  });

  /** A connection with a key the gateway may still have to hear of. */
  const untilTaken = async (key: string): Promise<Caller> => {
    for (;;) {
      const caller = new Caller(target(), { key });
      const opened = await caller.opened.then(
        () => true,
        () => false,
      );
      if (opened) return caller;
    }
  };
});
