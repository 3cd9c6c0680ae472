import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import { Caller } from './caller.ts';
import { freshAddress, hostOf } from './doors.ts';
import { makeKey } from './operator.ts';
import { ADMIN, type Target, useTarget } from './target.ts';

const PAGE = 'https://app.example.com';
const OTHER_PAGE = 'https://other.example.com';

async function ticketFor(target: Target, key: string, origin?: string): Promise<string> {
  const answer = await fetch(`${target.httpUrl}/v1/session/ticket`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...(origin !== undefined && { origin }) },
  });
  expect(answer.status).to.equal(200);
  return ((await answer.json()) as { ticket: string }).ticket;
}

/** The error code of opening with a ticket, 0 when it opens, and the code of the close. */
async function openWith(target: Target, ticket: string, origin?: string): Promise<{ code: number; close: number }> {
  const headers = { host: hostOf(target), ...(origin !== undefined && { origin }) };
  const caller = await Caller.open(target, { address: freshAddress(), headers });
  const { error } = await caller.ask('session/open', { auth: { type: 'ticket', ticket } });
  if (error !== undefined) return { code: error.code, close: (await caller.closed).code };
  caller.cut();
  return { code: 0, close: 0 };
}

describe('attacks on tickets', () => {
  const target = useTarget({ server: { allowed_origins: [PAGE, OTHER_PAGE] } });
  useBystander(target);
  const refused = { code: 4010, close: 4401 };

  it('find a good one opening one session, so that the rest means something', async () => {
    const ticket = await ticketFor(target(), ADMIN, PAGE);
    expect(await openWith(target(), ticket, PAGE)).to.deep.equal({ code: 0, close: 0 });
  });

  it('fail by using one again, and by using it twenty times at once', async () => {
    const ticket = await ticketFor(target(), ADMIN, PAGE);
    expect((await openWith(target(), ticket, PAGE)).code).to.equal(0);
    expect(await openWith(target(), ticket, PAGE)).to.deep.equal(refused);
    const second = await ticketFor(target(), ADMIN, PAGE);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => openWith(target(), second, PAGE)));
    expect(outcomes.filter(({ code }) => code === 0)).to.have.length(1);
  });

  it('fail by using one from another page, or from no page; and it is gone then', async () => {
    for (const origin of [OTHER_PAGE, undefined]) {
      const ticket = await ticketFor(target(), ADMIN, PAGE);
      expect(await openWith(target(), ticket, origin)).to.deep.equal(refused);
      expect(await openWith(target(), ticket, PAGE), 'afterwards').to.deep.equal(refused);
    }
    expect(await openWith(target(), await ticketFor(target(), ADMIN), PAGE), 'of a program').to.deep.equal(refused);
  });

  it('fail by making one up', async () => {
    const ticket = await ticketFor(target(), ADMIN, PAGE);
    for (const made of [
      'x',
      'tkt_',
      `tkt_${'A'.repeat(43)}`,
      ticket.toLowerCase(),
      ticket.slice(0, -1),
      `${ticket}A`,
    ]) {
      expect(await openWith(target(), made, PAGE), made).to.deep.equal(refused);
    }
  });

  it('fail by using one as a header, in a URL, or for another ticket', async () => {
    const ticket = await ticketFor(target(), ADMIN, PAGE);
    const headers = { authorization: `Bearer ${ticket}` };
    const again = await fetch(`${target().httpUrl}/v1/session/ticket`, { method: 'POST', headers });
    expect(again.status).to.equal(401);
    expect((await fetch(`${target().httpUrl}/health?ticket=${ticket}`)).status).to.equal(401);
  });

  it('fail by keeping one longer than its credential: a revoked key takes its tickets along', async () => {
    const { key, revoke } = await makeKey(target());
    const ticket = await ticketFor(target(), key, PAGE);
    await revoke();
    expect(await openWith(target(), ticket, PAGE)).to.deep.equal(refused);
  });

  it('do not put a ticket into a cache', async () => {
    const request = { method: 'POST', headers: { authorization: `Bearer ${ADMIN}` } };
    const answer = await fetch(`${target().httpUrl}/v1/session/ticket`, request);
    expect(answer.headers.get('cache-control')).to.equal('no-store');
  });
});

describe('attacks on old tickets', () => {
  const target = useTarget({ auth: { ticket_ttl_s: 1 }, server: { allowed_origins: [PAGE] } });

  it('fail once the time is over that the answer named', async () => {
    const ticket = await ticketFor(target(), ADMIN, PAGE);
    // The end of a ticket can only be seen by living through it.
    await new Promise((resolve) => setTimeout(resolve, 1_001));
    expect(await openWith(target(), ticket, PAGE)).to.deep.equal({ code: 4010, close: 4401 });
  });
});
