import { expect } from 'chai';
import { type Slack, watchSlack } from '../slack.ts';
import { useBystander } from './bystander.ts';
import { Caller, type Close } from './caller.ts';
import { makeKey, operator } from './operator.ts';
import { useTarget } from './target.ts';
import { tokenWith } from './wrong-credentials.ts';

const WHOLE_SECOND = 1_000;
const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

describe('attacks by staying on', () => {
  const target = useTarget();
  const bystander = useBystander(target);
  let slack: Slack;
  before(async () => {
    slack = await watchSlack(() => bystander().ask('ping'));
  });
  const closesWithinASecond = async ({ code, at }: Close, of: number): Promise<void> => {
    expect(code).to.equal(4401);
    expect(at - of).to.be.at.most(WHOLE_SECOND + (await slack()));
  };

  describe('with a token', () => {
    /** When all of these tokens end: they wait together. */
    let exp = 0;
    let byHeader: Caller;
    let byMessage: Caller;
    let byTicket: Caller;
    let refreshed: Caller;
    let other: Caller;
    before(async () => {
      exp = secondsFromNow(5);
      const token = tokenWith({ exp });
      byHeader = await Caller.open(target(), { key: token });
      byMessage = await Caller.open(target(), {});
      expect((await byMessage.ask('session/open', { auth: { type: 'jwt', token } })).error).to.equal(undefined);
      const request = { method: 'POST', headers: { authorization: `Bearer ${token}` } };
      const answer = await fetch(`${target().httpUrl}/v1/session/ticket`, request);
      const { ticket } = (await answer.json()) as { ticket: string };
      byTicket = await Caller.open(target(), {});
      expect((await byTicket.ask('session/open', { auth: { type: 'ticket', ticket } })).error).to.equal(undefined);
      refreshed = await Caller.open(target(), { key: token });
      other = await Caller.open(target(), { key: tokenWith({ exp, sub: 'other' }) });
      const auth = { type: 'jwt', token: tokenWith({ sub: 'ada' }) };
      expect((await refreshed.ask('session/refresh', { auth })).result).to.have.property('expiresAt');
      expect((await other.ask('session/refresh', { auth })).error.code, 'as somebody else').to.equal(4030);
    });
    after(() => refreshed.cut());
    const endsInTime = async (close: Close): Promise<void> => {
      expect(close.at).to.be.at.least(exp * 1000);
      await closesWithinASecond(close, exp * 1000);
    };

    it('end within a second of its end: told before, the call in flight answered with 4011, closed with 4401', async () => {
      const running = byHeader.call('diagnostics_sleep', { ms: 600_000 });
      const { method, params } = await byHeader.notice();
      expect([method, params]).to.deep.equal(['session/expiring', { expiresAt: new Date(exp * 1000).toISOString() }]);
      expect((await running).error).to.deep.include({ code: 4011 });
      await endsInTime(await byHeader.closed);
    });

    it('end in the same way for who opened with a message, and for who opened with a ticket', async () => {
      await endsInTime(await byMessage.closed);
      await endsInTime(await byTicket.closed);
    });

    it('do not end for who brought a newer one in time; somebody else’s does not count', async () => {
      await endsInTime(await other.closed);
      expect((await refreshed.ask('ping')).result).to.deep.equal({});
    });
  });

  it('end within a second of the revocation of a key by another process, the call in flight answered with 4010', async () => {
    const { key, kid } = await makeKey(target());
    const caller = await Caller.open(target(), { key });
    const running = caller.call('diagnostics_sleep', { ms: 600_000 });
    await operator(target(), 'keys', 'revoke', kid);
    const revoked = Date.now();
    expect((await running).error).to.deep.include({ code: 4010 });
    await closesWithinASecond(await caller.closed, revoked);
  });

  it('end at once with the revocation of a key over the wire, and the key opens nothing more', async () => {
    const { key, revoke } = await makeKey(target());
    const caller = await Caller.open(target(), { key });
    await revoke();
    const revoked = Date.now();
    await closesWithinASecond(await caller.closed, revoked);
    const again = new Caller(target(), { key });
    expect(String(await again.opened.catch((error: unknown) => error))).to.contain('401');
  });

  it('end within a second of the revocation of a token, and of all tokens of somebody', async () => {
    const one = await Caller.open(target(), { key: tokenWith({ jti: 'one-of-them', sub: 'mary' }) });
    const two = await Caller.open(target(), { key: tokenWith({ jti: 'two-of-them', sub: 'mary' }) });
    await operator(target(), 'tokens', 'revoke', 'one-of-them');
    const revoked = Date.now();
    await closesWithinASecond(await one.closed, revoked);
    expect((await two.ask('ping')).result).to.deep.equal({});
    await operator(target(), 'tokens', 'revoke-all', 'mary');
    const all = Date.now();
    await closesWithinASecond(await two.closed, all);
  });
});
