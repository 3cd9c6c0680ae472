import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { readClaims } from '../../../src/auth/tokens/claims.ts';
import { Revocations, rememberMs } from '../../../src/auth/tokens/revocations.ts';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { FakeClock } from '../../fake-clock.ts';
import { useTempDir } from '../../temp-dir.ts';
import { goodClaims, type Members, NOW, rules } from './forge.ts';

const DAY_MS = 86_400_000;

describe('revocations', () => {
  const directory = useTempDir();
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock();
  });
  const open = (time: Clock = clock): Promise<Revocations> =>
    Revocations.open({ dataDir: directory(), clock: time, rememberMs: DAY_MS });
  const file = (): string => join(directory(), 'auth', 'revoked.json');
  const token = (jti: string, sub = 'ada', issuedAtMs = clock.now()) => ({ jti, sub, issuedAtMs });

  it('cover single tokens, also after a restart', async () => {
    const revocations = await open();
    await revocations.revokeTokens([{ jti: 'a', until: clock.now() + 1000 }, { jti: 'b' }]);
    for (const reader of [revocations, await open()]) {
      expect(reader.covers(token('a'))).to.equal(true);
      expect(reader.covers(token('b'))).to.equal(true);
      expect(reader.covers(token('c'))).to.equal(false);
    }
  });

  it('cover all a subject had up to the moment, and nothing it is given from the first good moment on', async () => {
    const revocations = await open();
    const before = token('a');
    await revocations.revokeSubject('ada');
    expect(revocations.covers(before)).to.equal(true);
    expect(revocations.covers(token('b', 'bob'))).to.equal(false);
    const after = token('c', 'ada', revocations.firstGoodMoment('ada'));
    expect(revocations.covers(after)).to.equal(false);
    await revocations.revokeSubject('ada');
    expect(revocations.covers(after), 'a second one in the same millisecond').to.equal(true);
  });

  it('are of one issuer and not of another, by the names that stand in the trail', async () => {
    const revocations = await open();
    const readers = [rules, { ...rules, issuer: 'https://id.example' }];
    const claims = (more: Members = {}) =>
      readers.map((of) => readClaims({ ...goodClaims, ...more, iss: of.issuer }, of, NOW * 1000));
    const covered = (more?: Members): boolean[] => claims(more).map((one) => revocations.covers(one));
    await revocations.revokeSubject('ada');
    expect(covered()).to.deep.equal([true, false]);
    await revocations.revokeSubject(claims()[1]?.sub ?? '');
    expect(covered()).to.deep.equal([true, true]);
    await revocations.revokeTokens([{ jti: claims()[1]?.jti ?? '' }]);
    expect(covered({ sub: 'bob' })).to.deep.equal([false, true]);
    await revocations.revokeTokens([{ jti: 'token-1' }]);
    expect(covered({ sub: 'bob' })).to.deep.equal([true, true]);
  });

  it('hold at once, before they are on disk', async () => {
    const revocations = await open();
    const done = revocations.revokeTokens([{ jti: 'a' }]);
    expect(revocations.covers(token('a'))).to.equal(true);
    await done;
  });

  it('are joined with what another process writes, and tell whoever listens', async () => {
    const gateway = await open();
    const commandLine = await open();
    let told = 0;
    const end = gateway.onChange(() => {
      told += 1;
    });
    await commandLine.revokeTokens([{ jti: 'by hand' }]);
    await gateway.revokeTokens([{ jti: 'by logout' }]);
    gateway.adopt(JSON.parse(readFileSync(file(), 'utf8')));
    expect(told).to.equal(2);
    for (const reader of [gateway, await open()]) {
      expect(reader.covers(token('by hand'))).to.equal(true);
      expect(reader.covers(token('by logout'))).to.equal(true);
    }
    end();
    await gateway.revokeSubject('ada');
    expect(told).to.equal(2);
  });

  it('are never taken back by an older file', async () => {
    const revocations = await open();
    await revocations.revokeSubject('ada');
    revocations.adopt({ tokens: [], subjects: [{ sub: 'ada', through: 1 }] });
    expect(revocations.covers(token('a'))).to.equal(true);
  });

  it('are forgotten, in the file too, when no token could be about them any more', async () => {
    const revocations = await open();
    await revocations.revokeTokens([{ jti: 'a', until: clock.now() + 1000 }]);
    await revocations.revokeSubject('ada');
    clock.advance(DAY_MS + 1);
    await revocations.revokeTokens([{ jti: 'b' }]);
    expect(revocations.list()).to.deep.equal({ tokens: [{ jti: 'b', until: clock.now() + DAY_MS }], subjects: [] });
    expect(JSON.parse(readFileSync(file(), 'utf8'))).to.deep.equal(revocations.list());
  });

  it('are all stored when many come at once, from two processes, and leave no drafts', async () => {
    // They wait for each other, on a clock that goes.
    const [gateway, commandLine] = [await open(systemClock), await open(systemClock)];
    const names = Array.from({ length: 50 }, (_, i) => `t${i}`);
    await Promise.all(names.map((jti, i) => (i % 2 ? gateway : commandLine).revokeTokens([{ jti }])));
    const reader = await open(systemClock);
    expect(names.filter((jti) => !reader.covers(token(jti)))).to.deep.equal([]);
    expect(readdirSync(join(directory(), 'auth')).filter((name) => name.endsWith('.tmp'))).to.deep.equal([]);
  });

  it('do not start on a damaged file, and keep what they know when one is adopted', async () => {
    const revocations = await open();
    await revocations.revokeTokens([{ jti: 'a' }]);
    const odd = [null, [], {}, { tokens: [], subjects: {} }, { tokens: [{ jti: 1, until: 2 }], subjects: [] }];
    for (const json of odd) expect(() => revocations.adopt(json)).to.throw('Cannot read what is revoked');
    expect(revocations.covers(token('a'))).to.equal(true);
    writeFileSync(file(), '{"tokens":[');
    const fault = await open().catch((error: Error) => error.message);
    expect(fault).to.contain(file());
    const refused = await revocations.revokeTokens([{ jti: 'b' }]).catch((error: Error) => error.message);
    expect(refused, 'a damaged file is not written over').to.contain(file());
    expect(revocations.covers(token('b'))).to.equal(true);
    writeFileSync(file(), '{"tokens":[],"subjects":[]}');
    await revocations.revokeTokens([{ jti: 'c' }]);
    expect((await open()).covers(token('b'))).to.equal(true);
  });

  it('cover exactly what was issued before, whatever the order of issuing and revoking', async () => {
    const step = fc.constantFrom('issue', 'revoke', 'wait');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const revocations = new Revocations({ dataDir: directory(), clock, rememberMs: DAY_MS });
        let live: number[] = [];
        const dead: number[] = [];
        for (const what of steps) {
          if (what === 'issue') live.push(revocations.firstGoodMoment('ada'));
          else if (what === 'wait') clock.advance(1);
          else {
            await revocations.revokeSubject('ada');
            dead.push(...live);
            live = [];
          }
        }
        const covered = (at: number): boolean => revocations.covers(token('t', 'ada', at));
        return dead.every(covered) && !live.some(covered);
      }),
      { numRuns: 60 },
    );
  });

  it('are remembered for the longest life, and both tolerances', () => {
    expect(rememberMs({ maxLifetimeSeconds: 100, toleranceSeconds: 5 })).to.equal(110_000);
  });
});
