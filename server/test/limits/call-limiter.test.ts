import { expect } from 'chai';
import fc from 'fast-check';
import { CallLimiter } from '../../src/limits/call-limiter.ts';
import type { CallRules } from '../../src/limits/call-rules.ts';
import { Gcra, GcraCell } from '../../src/limits/gcra.ts';
import type { Rate } from '../../src/limits/rate.ts';
import { gap } from './arrivals.ts';

/** A pattern ends in `*` or is a name. */
const matches = (pattern: string, tool: string): boolean =>
  pattern.endsWith('*') ? tool.startsWith(pattern.slice(0, -1)) : pattern === tool;

const limiter = (rules: CallRules): CallLimiter => new CallLimiter({ rules, matches });

const each = (windowMs: number, burst = 0): Rate => ({ calls: 1, windowMs, burst });

/** Milliseconds to wait, 0 for a call that passed. */
const wait = (limits: CallLimiter, principal: string, tool: string, now: number, role = 'user'): number =>
  limits.take(principal, role, tool, now)?.facts.retryAfterMs ?? 0;

describe('call limiter', () => {
  it('refuses the call after the burst, in words, with the exact wait', () => {
    const limits = limiter({ principal: { calls: 100, windowMs: 60_000, burst: 20 } });
    for (let call = 0; call < 21; call++) expect(limits.take('anna', 'user', 'x', 0)).to.equal(undefined);
    const refusal = limits.take('anna', 'user', 'x', 0);
    expect(refusal?.toWire()).to.deep.equal({
      code: 4290,
      message:
        'Cannot call "x" too often; one caller may make one call each 600 ms, 21 at once after a quiet time; try again in 600 ms',
      data: {
        name: 'RATE_LIMITED',
        retryable: true,
        retryAfterMs: 600,
        details: { limit: 'principal', rate: '100/60s+20' },
      },
    });
    expect([wait(limits, 'anna', 'y', 0), wait(limits, 'bert', 'x', 0)]).to.deep.equal([600, 0]);
  });

  for (const [limit, rules, words] of [
    ['global', { global: each(1_500) }, 'all callers together may make one call each 1500 ms'],
    ['tool', { tools: [{ pattern: 'x', rate: each(1_500) }] }, 'one caller may make one call of it each 1500 ms'],
    [
      'shared',
      { tools: [{ pattern: 'x', shared: each(1_500) }] },
      'all callers together may make one call of it each 1500 ms',
    ],
  ] as const) {
    it(`names the limit that refuses: ${limit}`, () => {
      const limits = limiter(rules);
      limits.take('anna', 'user', 'x', 0);
      const refusal = limits.take('anna', 'user', 'x', 0);
      expect(refusal?.message).to.equal(`Cannot call "x" too often; ${words}; try again in 1500 ms`);
      expect(refusal?.facts.details).to.deep.equal({ limit, rate: '1/1500ms' });
    });
  }

  it('counts a tool for each caller, and each tool of a pattern for itself', () => {
    const limits = limiter({ tools: [{ pattern: 'make_*', rate: each(1_000) }] });
    expect(wait(limits, 'anna', 'make_a', 0)).to.equal(0);
    expect(wait(limits, 'anna', 'make_a', 0)).to.equal(1_000);
    expect([wait(limits, 'anna', 'make_b', 0), wait(limits, 'bert', 'make_a', 0)]).to.deep.equal([0, 0]);
    expect([wait(limits, 'anna', 'other', 0), wait(limits, 'anna', 'other', 0)]).to.deep.equal([0, 0]);
  });

  it('counts a shared tool and everything over all callers', () => {
    const limits = limiter({ global: each(100, 1), tools: [{ pattern: 'x', shared: each(1_000) }] });
    expect(wait(limits, 'anna', 'x', 0)).to.equal(0);
    expect(wait(limits, 'bert', 'x', 0)).to.equal(1_000);
    expect(wait(limits, 'bert', 'y', 0)).to.equal(0);
    expect(wait(limits, 'carl', 'z', 0)).to.equal(100);
  });

  it('prefers the rule with the name, then the first pattern that matches', () => {
    const tools = [
      { pattern: 'make_*', rate: each(1_000) },
      { pattern: '*', rate: each(2_000) },
      { pattern: 'make_tea', rate: each(3_000) },
    ];
    const limits = limiter({ tools });
    const waits = ['make_tea', 'make_it', 'x'].map((tool) => [0, 1].map(() => wait(limits, 'anna', tool, 0))[1]);
    expect(waits).to.deep.equal([3_000, 1_000, 2_000]);
  });

  it('takes the rate of the role in place of the usual one, and none for a role without limit', () => {
    const limits = limiter({ principal: each(1_000), roles: { artist: each(5_000), admin: undefined } });
    const waits = ['user', 'artist', 'admin', 'constructor'].map(
      (role) => [0, 1].map(() => wait(limits, `a ${role}`, 'x', 0, role))[1],
    );
    expect(waits).to.deep.equal([1_000, 5_000, 0, 1_000]);
  });

  it('counts a caller once, whatever roles it calls under, unless they have rates of their own', () => {
    const limits = limiter({ principal: each(1_000), roles: { artist: each(5_000) } });
    const waits = ['user', 'viewer', 'artist', 'artist'].map((role) => wait(limits, 'anna', 'x', 0, role));
    expect(waits).to.deep.equal([0, 1_000, 0, 5_000]);
  });

  it('waits for the slowest of those that refuse, and then passes', () => {
    const limits = limiter({ global: each(300), principal: each(100), tools: [{ pattern: 'x', rate: each(700) }] });
    limits.take('anna', 'user', 'x', 0);
    const refusal = limits.take('anna', 'user', 'x', 0);
    expect([refusal?.facts.retryAfterMs, refusal?.facts.details]).to.deep.equal([
      700,
      { limit: 'tool', rate: '1/700ms' },
    ]);
    expect([wait(limits, 'anna', 'x', 699), wait(limits, 'anna', 'x', 700)]).to.deep.equal([1, 0]);
  });

  it('charges no limit for a call that another one refuses', () => {
    const limits = limiter({ principal: each(1_000, 1), tools: [{ pattern: 'x', rate: each(60_000) }] });
    limits.take('anna', 'user', 'x', 0);
    for (let call = 0; call < 50; call++) expect(wait(limits, 'anna', 'x', 0)).to.be.above(0);
    expect([wait(limits, 'anna', 'y', 0), wait(limits, 'anna', 'y', 0)]).to.deep.equal([0, 1_000]);
  });

  it('lets everything pass without rules', () => {
    const limits = limiter({});
    for (let call = 0; call < 1_000; call++) expect(limits.take('anna', 'user', 'x', 0)).to.equal(undefined);
  });

  it('lets exactly those calls pass that every limit for itself would, with the longest of their waits', () => {
    const rules = { global: each(50, 3), principal: each(120, 2), x: each(400, 1), sharedX: each(250, 2) };
    const call = fc.record({
      who: fc.constantFrom('anna', 'bert', 'carl'),
      tool: fc.constantFrom('x', 'y'),
      later: gap.fraction,
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
        const { global, principal, x, sharedX } = rules;
        const limits = limiter({ global, principal, tools: [{ pattern: 'x', rate: x, shared: sharedX }] });
        const cells = new Map<string, GcraCell>();
        const cell = (name: string, rate: Rate): GcraCell => {
          const known = cells.get(name) ?? new GcraCell(new Gcra(rate));
          cells.set(name, known);
          return known;
        };
        let now = 0;
        for (const { who, tool, later } of calls) {
          now += later / 100;
          const asked = [cell('global', global), cell(`of ${who}`, principal)];
          if (tool === 'x') asked.push(cell(`x of ${who}`, x), cell('x', sharedX));
          const expected = Math.max(...asked.map((one) => one.wait(now)));
          expect(wait(limits, who, tool, now)).to.equal(expected);
          if (expected === 0) for (const one of asked) one.charge(now);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('call limiter with other rules', () => {
  const before: CallRules = {
    global: each(500, 9),
    principal: each(1_000),
    roles: { artist: each(2_000) },
    tools: [{ pattern: 'x', rate: each(9_000), shared: each(100, 50) }],
  };

  it('keeps the debts of limits that stay as they are', () => {
    const limits = limiter(before);
    limits.take('anna', 'user', 'x', 0);
    limits.take('carl', 'artist', 'y', 0);
    limits.adopt({ ...before, global: each(400, 9) });
    limits.adopt({ ...before, tools: [{ pattern: '*', rate: each(9_000), shared: each(100, 50) }] });
    expect([wait(limits, 'anna', 'x', 0), wait(limits, 'anna', 'y', 0)]).to.deep.equal([9_000, 1_000]);
    expect(wait(limits, 'carl', 'y', 0, 'artist')).to.equal(2_000);
  });

  it('starts anew where a rate changes, and stops where there is none any more', () => {
    const limits = limiter(before);
    limits.take('anna', 'user', 'x', 0);
    limits.adopt({ principal: each(3_000) });
    expect([wait(limits, 'anna', 'x', 0), wait(limits, 'anna', 'x', 0)]).to.deep.equal([0, 3_000]);
    limits.adopt({ principal: { calls: 1, windowMs: 3_000, burst: 1 } });
    expect([0, 1, 2].map(() => wait(limits, 'anna', 'x', 0))).to.deep.equal([0, 0, 3_000]);
    limits.adopt({ principal: { calls: 2, windowMs: 3_000, burst: 1 } });
    expect([0, 1, 2].map(() => wait(limits, 'anna', 'x', 0))).to.deep.equal([0, 0, 1_500]);
    limits.adopt({});
    expect(wait(limits, 'anna', 'x', 0)).to.equal(0);
    limits.adopt({ principal: each(3_000) });
    expect(wait(limits, 'anna', 'x', 0)).to.equal(0);
  });

  it('keeps the old rules when one of the new makes no sense, and says which', () => {
    const limits = limiter(before);
    limits.take('anna', 'user', 'y', 0);
    expect(() => limits.adopt({ tools: [{ pattern: 'make_*', rate: { ...each(1_000), calls: 0 } }] })).to.throw(
      'Cannot limit the calls of "make_*" by one caller: calls is 0; use a whole number from 1 to 100000000',
    );
    expect(() => limits.adopt({ roles: { artist: each(0) } })).to.throw('the role "artist": windowMs is 0');
    expect(wait(limits, 'anna', 'y', 0)).to.equal(1_000);
  });

  it('remembers as many callers as it is told', () => {
    const limits = new CallLimiter({ rules: { principal: each(1_000) }, matches, maxCallers: 2 });
    for (const who of ['anna', 'bert', 'carl']) limits.take(who, 'user', 'x', 0);
    expect([wait(limits, 'carl', 'x', 0), wait(limits, 'anna', 'x', 0)]).to.deep.equal([1_000, 0]);
  });
});
