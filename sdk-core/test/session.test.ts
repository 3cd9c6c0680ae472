import type { Json } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { readSession } from '../src/session.ts';
import { SESSION } from './fake-gateway.ts';

describe('reading the answer to session/open', () => {
  it('takes what a gateway says about a session', () => {
    expect(readSession(SESSION)).to.deep.include({ id: 'ses_1', resumed: false, received: 0, maxInFlight: 64 });
    expect(readSession({ ...SESSION, resumed: true, received: 7 })).to.include({ resumed: true, received: 7 });
    expect(readSession({ ...SESSION, received: 7 })).to.include({ resumed: false, received: 0 });
  });

  it('never throws, and lets nothing through that calls could wait for in vain', () => {
    const anywhere = fc.constantFrom(
      ...['sessionId', 'resumed', 'received', 'expiresAt', 'capabilities', 'gateways', 'server', 'principal'],
      ...['window', 'window.maxInFlight', 'limits', 'limits.maxPayloadBytes', 'limits.maxBatch', 'principal.id'],
    );
    // Objects whose own members make them impossible to count or to print with.
    const odd = fc.constantFrom<Json>({ valueOf: 1, toString: 1 }, { length: 3 }, [[]], -1, 0, 1.5, null);
    fc.assert(
      fc.property(fc.array(fc.tuple(anywhere, fc.oneof(odd, fc.jsonValue())), { maxLength: 4 }), (changes) => {
        const answer = structuredClone(SESSION) as { [name: string]: Json };
        for (const [path, value] of changes) {
          const [name = '', member] = path.split('.');
          const part = answer[name];
          if (member === undefined) answer[name] = value as Json;
          else if (Object(part) === part) Object.assign(part as object, { [member]: value });
        }
        const session = readSession(answer);
        if (session === undefined) return;
        expect(session.maxInFlight).to.be.at.least(1);
        expect([session.maxPayloadBytes, session.maxBatch, session.received].every(Number.isFinite)).to.equal(true);
        expect(`${session.serverName} ${session.principal.id} ${session.expiresAt}`).to.be.a('string');
        expect(session.gateways.every((url) => typeof url === 'string')).to.equal(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is none when it is something else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (answer) => {
        expect(readSession(answer as Json)).to.equal(undefined);
      }),
    );
  });
});
