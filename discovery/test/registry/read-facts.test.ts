import { expect } from 'chai';
import fc from 'fast-check';
import { readFacts } from '../../src/registry/read-facts.ts';
import { facts, refusalOf } from './introductions.ts';

const LONG = 'x'.repeat(65);

describe('what a worker says of itself', () => {
  it('is read with the defaults of what it leaves out', () => {
    const { tags: _, zone: __, weight: ___, ...least } = facts();
    expect(readFacts(least)).to.deep.equal({
      instanceId: 'instance-0123456789',
      epoch: 1,
      name: 'gpu box',
      version: '1.0.0',
      slots: 4,
      tags: [],
      zone: undefined,
      weight: 1,
      metricsAddress: undefined,
    });
  });

  it('is kept as a frozen copy, each tag once, without what nobody asked for', () => {
    const tags = ['gpu', 'eu', 'gpu'];
    const read = readFacts(facts({ tags, password: 'hunter2', metricsAddress: '[::1]:9464' }));
    tags.push('later');
    expect(read.tags).to.deep.equal(['gpu', 'eu']);
    expect(read).to.not.have.property('password');
    expect([Object.isFrozen(read), Object.isFrozen(read.tags), read.metricsAddress]).to.deep.equal([
      true,
      true,
      '[::1]:9464',
    ]);
  });

  for (const [field, values] of Object.entries({
    instanceId: [undefined, 'short', LONG, 'has spaces in the id', 17],
    epoch: [undefined, 0, 1.5, -1, 2 ** 53, '1'],
    name: [undefined, '', ' x', 'x ', 'two\nlines', 'right\u202Eto left', LONG, 4],
    version: [undefined, '1.0', 'v1.0.0', '01.0.0', '1.0.0-01', 1],
    slots: [undefined, 0, 10_001, 2.5, Number.NaN, '4'],
    tags: ['gpu', [''], ['-x'], [LONG], [7], Array.from({ length: 33 }, (_, at) => `t${at}`)],
    zone: ['', 'eu 1', LONG, 1],
    weight: [0, -1, 101, Number.NaN, Number.POSITIVE_INFINITY, '1'],
    metricsAddress: ['host', 'host:0', 'host:65536', 'http://host:80', 'user@host:80', 'host:80/metrics', ':80'],
  })) {
    it(`is refused when ${field} is wrong, with the field and the wish`, () => {
      for (const value of values) {
        const refused = refusalOf(() => readFacts(facts({ [field]: value })));
        expect(refused.errorName, String(value)).to.equal('INVALID_PARAMS');
        expect(refused.message).to.match(
          new RegExp(`^Cannot register the worker: "/${field}(/\\d+)?" is .+; (use|send) `),
        );
        expect(refused.facts.issues?.[0]?.path).to.match(new RegExp(`^/${field}`));
      }
    });
  }

  it('is refused when it is no object', () => {
    for (const value of [undefined, null, 7, 'facts', [facts()]]) {
      expect(refusalOf(() => readFacts(value)).message).to.match(/the whole is .+; send an object/);
    }
  });

  it('is not taken from a prototype', () => {
    expect(refusalOf(() => readFacts(Object.create(facts()))).message).to.contain('"/instanceId" is missing');
  });

  it('quotes no more than a line of what it refuses', () => {
    const { message } = refusalOf(() => readFacts(facts({ name: 'x'.repeat(100_000) })));
    expect(message.length).to.be.below(300);
  });

  it('is either read or refused, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.record(
          Object.fromEntries(
            Object.entries(facts()).map(([key, value]) => [key, fc.oneof(fc.constant(value), fc.anything())]),
          ),
        ),
        (value) => {
          try {
            readFacts(value);
          } catch (error) {
            expect(error).to.include({ name: 'CallError', errorName: 'INVALID_PARAMS' });
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
