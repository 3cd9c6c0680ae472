import { expect } from 'chai';
import fc from 'fast-check';
import type { Identity } from '../../src/auth/identity.ts';
import { createKey, revokeKey, rotateKey } from '../../src/auth/key-admin.ts';
import { KeyRing } from '../../src/auth/key-ring.ts';
import { MemoryKeyStore } from './memory-key-store.ts';

const DAY_MS = 86_400_000;

/** What a key ought to be, in the plainest words. */
interface Expected {
  readonly text: string;
  readonly kid: string;
  readonly caller: string;
  readonly lifeMs: number;
  end: number;
  successor: Expected | undefined;
  readonly identity: Identity | undefined;
}

type Step =
  | { readonly kind: 'create'; readonly days: number | undefined }
  | { readonly kind: 'rotate'; readonly which: number; readonly graceMs: number }
  | { readonly kind: 'revoke'; readonly which: number }
  | { readonly kind: 'wait'; readonly ms: number };

const which = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('create' as const),
    days: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('rotate' as const), which, graceMs: fc.constantFrom(0, 1, DAY_MS, 2 * DAY_MS) }),
  fc.record({ kind: fc.constant('revoke' as const), which }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, DAY_MS - 1, DAY_MS) }),
);

describe('keys, in any order of events', () => {
  it('never let a dead one in, nor lose a live one', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 24 }), live), { numRuns: 300 });
  });
});

async function live(steps: readonly Step[]): Promise<void> {
  let time = Date.UTC(2026, 0, 1);
  const now = (): number => time;
  const store = new MemoryKeyStore();
  const ring = new KeyRing(store.pepper, [], [], now);
  const keys: Expected[] = [];
  const good = (key: Expected): boolean => time < key.end;
  const issued = (text: string, kid: string, caller: string, lifeMs: number): void => {
    ring.adopt(store.records);
    keys.push({ text, kid, caller, lifeMs, end: time + lifeMs, successor: undefined, identity: ring.identify(text) });
  };

  for (const event of steps) {
    const key = 'which' in event ? keys[event.which % Math.max(1, keys.length)] : undefined;
    if (event.kind === 'wait') time += event.ms;
    else if (event.kind === 'create') {
      const wish = { role: 'user', expiresInDays: event.days };
      const { key: text, record } = await createKey(store, wish, { now, roles: ['user'] });
      issued(text, record.kid, `key:${record.kid}`, (event.days ?? Infinity) * DAY_MS);
    } else if (key !== undefined && event.kind === 'rotate') {
      const goodOfCaller = keys.filter(({ caller }) => caller === key.caller).filter(good).length;
      const replaced = key.successor !== undefined && good(key.successor);
      const allowed = good(key) && !replaced && goodOfCaller < 2;
      const made = await rotateKey(store, { kid: key.kid, graceMs: event.graceMs }, { now }).catch(() => undefined);
      expect(made !== undefined, `rotate ${key.kid}`).to.equal(allowed);
      if (made !== undefined) {
        key.end = Math.min(key.end, time + event.graceMs);
        issued(made.key, made.record.kid, key.caller, key.lifeMs);
        key.successor = keys.at(-1);
      }
    } else if (key !== undefined) {
      await revokeKey(store, key.kid, now).catch(() => undefined);
      key.end = -Infinity;
    }
    ring.adopt(store.records);
    for (const each of keys) {
      expect(ring.identify(each.text)?.principal.id).to.equal(good(each) ? each.caller : undefined);
      expect(each.identity?.stillGood()).to.equal(good(each));
    }
    const ends = keys.filter(good).map(({ end }) => end);
    expect(ring.nextEnd() ?? Infinity).to.equal(Math.min(Infinity, ...ends));
  }
}
