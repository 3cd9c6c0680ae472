import { expect } from 'chai';
import fc from 'fast-check';
import { hashBody } from '../../../src/auth/hmac/signed-request.ts';
import { type HmacRequest, HmacVerifier } from '../../../src/auth/hmac/verify.ts';
import { FakeClock } from '../../fake-clock.ts';
import { openDesk, outcomeOf, STUDIO } from './signing-desk.ts';

describe('the check of signed requests', () => {
  it('says who signed', () => {
    const { verifier, sign } = openDesk();
    const identity = verifier.identify(sign());
    expect(identity?.principal).to.deep.equal({ id: 'client:studio-7', role: 'user', scopes: ['tools:call'] });
    expect(identity).to.include({ means: 'hmac', credential: 'studio-7' });
    expect(identity).not.to.have.property('expiresAt');
    expect(identity?.stillGood()).to.equal(true);
  });

  it('gives every request of a client the same frozen principal', () => {
    const { verifier, sign } = openDesk();
    const [first, second] = [verifier.identify(sign()), verifier.identify(sign())];
    expect(first?.principal).to.equal(second?.principal);
    expect(first?.principal).to.be.frozen;
    expect(first?.principal.scopes).to.be.frozen;
  });

  const tamperings: Record<string, Partial<HmacRequest>> = {
    'another method': { method: 'GET' },
    'the method in lower case': { method: 'post' },
    'another path': { path: '/v1/mcp/tools/batch' },
    'the same path, escaped otherwise': { path: '/v1/mcp/tools/%63all' },
    'another query': { query: 'a=2&b=%20' },
    'the query in another order': { query: 'b=%20&a=1' },
    'no query': { query: '' },
    'another host': { host: 'gate.test:8082' },
    'another body': { bodyHash: hashBody('{}') },
    'another client': { id: 'studio-8' },
    'another nonce': { nonce: Buffer.alloc(16, 9).toString('base64url') },
    'another signature': { sig: Buffer.alloc(32, 9).toString('base64url') },
  };
  for (const [what, change] of Object.entries(tamperings)) {
    it(`refuses ${what} than was signed, and takes the original afterwards`, () => {
      const { verifier, sign } = openDesk();
      const request = sign();
      expect(verifier.identify({ ...request, ...change })).to.equal(undefined);
      expect(verifier.remembered(request.id)).to.equal(0);
      expect(verifier.identify(request)?.credential).to.equal('studio-7');
    });
  }

  it('refuses another time than was signed', () => {
    const { verifier, sign } = openDesk();
    const request = sign();
    expect(verifier.identify({ ...request, ts: request.ts + 1 })).to.equal(undefined);
  });

  it('refuses the signature of another secret', () => {
    const { verifier, sign } = openDesk();
    expect(verifier.identify(sign({}, { id: STUDIO.id, secret: `${STUDIO.secret}!` }))).to.equal(undefined);
  });

  it('refuses any single changed character of any part', () => {
    const { verifier, sign } = openDesk();
    const parts = ['method', 'path', 'query', 'host', 'bodyHash', 'nonce', 'sig', 'id'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.nat(), fc.constantFrom(...'aB3-_/'), (part, place, character) => {
        const request = sign();
        const at = place % request[part].length;
        const text = request[part].slice(0, at) + character + request[part].slice(at + 1);
        const same = part === 'host' ? text.toLowerCase() === request.host : text === request[part];
        expect(verifier.identify({ ...request, [part]: text }) !== undefined).to.equal(same);
      }),
    );
  });

  it('takes the host in any case', () => {
    const { verifier, sign } = openDesk();
    expect(verifier.identify({ ...sign(), host: 'GATE.Test:8081' })).not.to.equal(undefined);
  });

  it('refuses parts with line feeds, with which two requests could share a text', () => {
    const { verifier, sign } = openDesk();
    const honest = sign({ path: '/a\nb', query: 'c' });
    expect(verifier.identify(honest)).to.equal(undefined);
    expect(verifier.identify({ ...honest, path: '/a', query: 'b\nc' })).to.equal(undefined);
  });

  it('refuses a copy', () => {
    const { verifier, sign } = openDesk();
    const request = sign();
    expect(verifier.identify(request)).not.to.equal(undefined);
    expect(verifier.identify(request)).to.equal(undefined);
    expect(verifier.identify({ ...request })).to.equal(undefined);
  });

  it('takes exactly one of many copies that arrive together', async () => {
    const { verifier, sign } = openDesk();
    const request = sign();
    const arrive = async () => {
      await Promise.resolve();
      return verifier.identify(request);
    };
    const taken = await Promise.all(Array.from({ length: 50 }, arrive));
    expect(taken.filter((identity) => identity !== undefined)).to.have.length(1);
  });

  it('refuses a nonce that was used before, whatever it is signed with now', () => {
    const { verifier, sign } = openDesk();
    const { nonce, ts } = sign();
    expect(verifier.identify(sign({ nonce }))).not.to.equal(undefined);
    expect(verifier.identify(sign({ nonce, ts: ts + 60, path: '/elsewhere' }))).to.equal(undefined);
  });

  it('lets two clients use the same nonce', () => {
    const { verifier, clients, sign } = openDesk();
    const other = { ...STUDIO, id: 'other' };
    clients.adopt([STUDIO, other]);
    const { nonce } = sign();
    expect(verifier.identify(sign({ nonce }))?.credential).to.equal('studio-7');
    expect(verifier.identify(sign({ nonce }, other))?.credential).to.equal('other');
  });

  it('takes time stamps up to 300 s old and 300 s ahead, and not a second more', () => {
    const { verifier, clock, seconds, sign } = openDesk();
    clock.advance(3_600_000);
    const taken = [-301, -300, 0, 300, 301].map(
      (off) => verifier.identify(sign({ ts: seconds() + off })) !== undefined,
    );
    expect(taken).to.deep.equal([false, true, true, true, false]);
  });

  it('refuses a copy for as long as its time stamp is good, and by its time stamp from then on', () => {
    const { verifier, clock, seconds, sign } = openDesk();
    const ahead = sign({ ts: seconds() + 300 });
    expect(verifier.identify(ahead)).not.to.equal(undefined);
    // Other requests keep the memory moving; without them nothing would ever be dropped.
    for (let second = 0; second < 1_500; second += 1) {
      clock.advance(1_000);
      expect(verifier.identify(ahead), `after ${second} s`).to.equal(undefined);
      if (second % 7 === 0) expect(verifier.identify(sign())).not.to.equal(undefined);
    }
    expect(verifier.remembered(STUDIO.id)).to.be.below(110);
  });

  it('takes a copy for a copy when the wall clock is set back after its nonce was dropped', () => {
    const wall = new FakeClock();
    let setBack = 0;
    const clock = { now: () => wall.now() - setBack, monotonic: () => wall.monotonic() };
    const { verifier, sign } = openDesk({ clock }, wall);
    wall.advance(60_000);
    const request = sign();
    expect(verifier.identify(request)).not.to.equal(undefined);
    wall.advance(3_600_000);
    expect(verifier.identify(sign())).not.to.equal(undefined);
    setBack = 3_600_000;
    expect(verifier.identify(request)).to.equal(undefined);
  });

  it('answers an unknown or inactive client like a wrong signature, and remembers nothing of it', () => {
    const { verifier, clients, sign } = openDesk();
    clients.adopt([STUDIO, { ...STUDIO, id: 'asleep', active: false }]);
    for (const id of ['nobody', 'asleep']) {
      const request = sign({}, { id, secret: STUDIO.secret });
      expect(verifier.identify(request)).to.equal(undefined);
      expect(verifier.remembered(id)).to.equal(0);
    }
  });

  it('remembers no nonce of a request whose time is wrong', () => {
    const { verifier, seconds, sign } = openDesk();
    verifier.identify(sign({ ts: seconds() + 301 }));
    expect(verifier.remembered(STUDIO.id)).to.equal(0);
  });

  it('refuses more when the memory of a client is full, never forgets for it, and says when to come back', () => {
    const { verifier, clock, sign } = openDesk({ maxNoncesPerClient: 3 });
    const [first, ...more] = [sign(), sign(), sign()];
    for (const request of [first, ...more]) expect(verifier.identify(request)).not.to.equal(undefined);
    const [name, retryAfterMs] = outcomeOf(() => verifier.identify(sign())) as [string, number];
    expect([name, retryAfterMs]).to.deep.equal(['TOO_MANY_IN_FLIGHT', 721_200]);
    expect(verifier.identify(first)).to.equal(undefined);
    clock.advance(retryAfterMs - 1);
    expect(outcomeOf(() => verifier.identify(sign()))).to.deep.equal(['TOO_MANY_IN_FLIGHT', 1]);
    clock.advance(1);
    expect(verifier.identify(sign())).not.to.equal(undefined);
  });

  it('lets a full client not hinder another, nor strangers fill its memory', () => {
    const { verifier, clients, sign } = openDesk({ maxNoncesPerClient: 1 });
    const other = { ...STUDIO, id: 'other' };
    clients.adopt([STUDIO, other]);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(verifier.identify(sign({}, { id: STUDIO.id, secret: 'a guess, and a wrong one at that' }))).to.equal(
        undefined,
      );
    }
    expect(verifier.identify(sign())).not.to.equal(undefined);
    expect(verifier.identify(sign({}, other))).not.to.equal(undefined);
  });

  it('refuses after a restart what was signed before it', () => {
    const { verifier, clients, clock, sign } = openDesk();
    const [used, unused] = [sign(), sign()];
    expect(verifier.identify(used)).not.to.equal(undefined);
    clock.advance(1_000);
    const restarted = new HmacVerifier({ clients, clock });
    expect(restarted.identify(used)).to.equal(undefined);
    expect(restarted.identify(unused)).to.equal(undefined);
    expect(restarted.identify(sign())).not.to.equal(undefined);
  });

  it('asks to sign again what was signed in the second of the start, be it before or after', () => {
    const { verifier, clients, clock, sign } = openDesk();
    const used = sign();
    verifier.identify(used);
    clock.advance(400);
    const restarted = new HmacVerifier({ clients, clock });
    expect(outcomeOf(() => restarted.identify(used))).to.deep.equal(['OVERLOADED', 600]);
    expect(outcomeOf(() => restarted.identify({ ...used, sig: sign().sig }))).to.equal(undefined);
    clock.advance(600);
    expect(restarted.identify(sign())).not.to.equal(undefined);
  });

  it('calls an identity good only as long as its client says the same', () => {
    const change: Record<string, Partial<typeof STUDIO>> = {
      role: { role: 'viewer' },
      secret: { secret: 'another secret of the studio, as long' },
      scopes: { scopes: [] },
      active: { active: false },
    };
    for (const changed of Object.values(change)) {
      const { verifier, clients, sign } = openDesk();
      const identity = verifier.identify(sign());
      clients.adopt([{ ...STUDIO }]);
      expect(identity?.stillGood()).to.equal(true);
      clients.adopt([{ ...STUDIO, ...changed }]);
      expect(identity?.stillGood()).to.equal(false);
    }
  });

  it('never throws for what a stranger can send', () => {
    const { verifier } = openDesk();
    const text = fc.oneof(fc.string(), fc.base64String(), fc.constant(STUDIO.id));
    const anything = fc.record({
      ...{ id: text, ts: fc.oneof(fc.integer(), fc.double()), nonce: text, sig: text },
      ...{ method: text, path: text, query: text, host: text, bodyHash: text },
    });
    fc.assert(fc.property(anything, (request) => verifier.identify(request) === undefined));
  });

  it('refuses a window or a bound that is none', () => {
    const { clients, clock } = openDesk();
    expect(() => new HmacVerifier({ clients, clock, windowSeconds: 0 })).to.throw(RangeError, 'window in seconds');
    expect(() => new HmacVerifier({ clients, clock, maxNoncesPerClient: 0.5 })).to.throw(RangeError, '0.5');
  });
});
