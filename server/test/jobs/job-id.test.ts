import { expect } from 'chai';
import fc from 'fast-check';
import { fingerprint, hashKey } from '../../src/jobs/idempotency.ts';
import { isJobId, JobIds } from '../../src/jobs/job-id.ts';
import { steadyBytes } from './house.ts';

describe('job ids', () => {
  it('are URL-safe, and sort by the time they were made', () => {
    const ids = new JobIds(steadyBytes());
    fc.assert(
      fc.property(fc.nat(2 ** 47), fc.nat(2 ** 47), (a, b) => {
        const [first, second] = [ids.next(a), ids.next(b)];
        expect(first).to.match(/^job_[-\w]{30}$/);
        expect(isJobId(first)).to.equal(true);
        if (a !== b) expect(first < second).to.equal(a < b);
      }),
    );
  });

  it('carry 132 fresh random bits each, asked for many at a time', () => {
    const asked: number[] = [];
    const random = steadyBytes();
    const ids = new JobIds((size) => {
      asked.push(size);
      return random(size);
    });
    const secrets = new Set(Array.from({ length: 65 }, () => ids.next(0).slice(-22)));
    expect(secrets.size).to.equal(65);
    expect(asked).to.deep.equal([22 * 64, 22 * 64]);
  });

  it('tell themselves from other texts', () => {
    for (const text of [
      '',
      'job_',
      'job_1',
      `job_${'a'.repeat(31)}`,
      `JOB_${'a'.repeat(30)}`,
      `job_${'/'.repeat(30)}`,
    ]) {
      expect(isJobId(text), text).to.equal(false);
    }
  });
});

describe('idempotency', () => {
  it('takes the same arguments in another order for the same', () => {
    const one = fingerprint({ a: 1, b: { 2: 'x', 10: ['y', null] } }, 'p', false);
    expect(fingerprint({ b: { 10: ['y', null], 2: 'x' }, a: 1 }, 'p', false)).to.equal(one);
  });

  it('takes different arguments for different, whatever their shape', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(object, object, (a, b) => {
        const same = fingerprint(a as never, 'p', false) === fingerprint(b as never, 'p', false);
        const sorted = (value: unknown): unknown =>
          Array.isArray(value)
            ? value.map(sorted)
            : typeof value === 'object' && value !== null
              ? {
                  object: Object.entries(value)
                    .sort(([x], [y]) => (x < y ? -1 : 1))
                    .map(([x, y]) => [x, sorted(y)]),
                }
              : value;
        expect(same).to.equal(JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
      }),
    );
    expect(fingerprint({ a: 1 }, 'p', false)).not.to.equal(fingerprint({ a: 1 }, 'q', false));
    const [object1, pairs]: [never, never] = [{ x: { a: 1 } } as never, { x: [['a', 1]] } as never];
    expect(fingerprint(object1, 'p', false)).not.to.equal(fingerprint(pairs, 'p', false));
  });

  it('does not confuse callers, tools and keys that run together', () => {
    expect(hashKey('a', 'bc', 'd')).not.to.equal(hashKey('ab', 'c', 'd'));
    expect(hashKey('a', 'b', 'c')).to.match(/^[\w-]{43}$/);
  });
});
