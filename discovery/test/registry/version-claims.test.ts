import { expect } from 'chai';
import { Definitions } from '../../src/catalogue/definitions.ts';
import { Offers } from '../../src/registry/offers.ts';
import { readTools } from '../../src/registry/read-tools.ts';
import { facts, link, member, refusalOf, registryUnderTest, tool } from './introductions.ts';

const OTHER_SCHEMA = { inputSchema: { type: 'object', properties: { topic: { type: 'string' } } } };

describe('versions of a tool', () => {
  it('mean one thing: the same one with other schemas is a conflict, and changes nothing', () => {
    const { registry, changes } = registryUnderTest();
    registry.register(member(1), [tool()], link());
    const refused = refusalOf(() =>
      registry.register(member(2), [tool('other'), tool('create_video', OTHER_SCHEMA)], link()),
    );
    expect(refused.errorName).to.equal('CONFLICT');
    expect(refused.message).to.match(
      /^Cannot offer version "1\.0\.0" of the tool "create_video": .+; raise the version/,
    );
    expect(refused.facts.details).to.deep.equal({ tool: 'create_video', version: '1.0.0' });
    expect([registry.size, changes.length, [...registry.catalogue.tools]]).to.deep.equal([1, 1, ['create_video']]);
    // Nothing of the refused offer is left behind that could refuse the next one.
    registry.register(member(3), [tool('other', OTHER_SCHEMA)], link());
  });

  it('differ in more than schemas: how it runs, and whether it may run twice', () => {
    const { registry } = registryUnderTest();
    registry.register(member(1), [tool()], link());
    for (const other of [
      { execution: 'call' },
      { annotations: { idempotentHint: false } },
      { annotations: { idempotentHint: true, readOnlyHint: true } },
      { outputSchema: {} },
    ]) {
      const register = (): unknown => registry.register(member(2), [tool('create_video', other)], link());
      expect(refusalOf(register).errorName, JSON.stringify(other)).to.equal('CONFLICT');
    }
  });

  it('do not differ in words, in the order of members, or in build metadata', () => {
    const { registry } = registryUnderTest();
    registry.register(member(1), [tool()], link());
    const reordered = {
      outputSchema: { type: 'object' },
      inputSchema: { properties: { subject: { type: 'string' } }, type: 'object' },
    };
    registry.register(member(2), [tool('create_video', { ...reordered, title: 'Another title' })], link());
    registry.register(member(3), [tool('create_video', { version: '1.0.0+build.7' })], link());
    expect(registry.catalogue.entry('create_video')?.endpoints).to.have.length(3);
    const rebuilt = tool('create_video', { ...OTHER_SCHEMA, version: '1.0.0+build.8' });
    expect(refusalOf(() => registry.register(member(4), [rebuilt], link())).errorName).to.equal('CONFLICT');
  });

  it('may come in any order, so that every gateway decides alike whoever dials in first', () => {
    const old = { version: '1.0.0' };
    const newer = { ...OTHER_SCHEMA, version: '1.1.0' };
    for (const order of [
      [old, newer],
      [newer, old],
    ]) {
      const { registry } = registryUnderTest();
      for (const [at, version] of order.entries()) {
        registry.register(member(at), [tool('create_video', version)], link()).renew();
      }
      expect(registry.catalogue.find('create_video')?.tool.version).to.equal('1.1.0');
      expect(registry.catalogue.find('create_video', { version: '1.0.0' })?.endpoints).to.have.length(1);
    }
  });

  it('are free again when the last who claimed them is gone for good, and not before', () => {
    const { registry, clock } = registryUnderTest();
    const first = registry.register(member(1), [tool()], link());
    const second = registry.register(member(2), [tool()], link());
    const rival = (): unknown => registry.register(member(3), [tool('create_video', OTHER_SCHEMA)], link());
    first.release('bye');
    expect(refusalOf(rival).errorName).to.equal('CONFLICT');
    second.disconnected();
    clock.advance(2_999);
    expect(refusalOf(rival).errorName).to.equal('CONFLICT');
    clock.advance(1);
    rival();
    // The one that was lost may come back only with what the version means now.
    const back = (): unknown => registry.register(member(2, { epoch: 2 }), [tool()], link());
    expect(refusalOf(back).errorName).to.equal('CONFLICT');
  });

  it('are given up once, not again when the lost worker is forgotten', () => {
    const { registry, clock } = registryUnderTest({ forgetAfterMs: 20_000 });
    registry.register(member(1), [tool()], link()).disconnected();
    registry.register(member(2), [tool()], link(), { heartbeats: false });
    clock.advance(35_000);
    expect(registry.size).to.equal(1);
    const rival = (): unknown => registry.register(member(3), [tool('create_video', OTHER_SCHEMA)], link());
    expect(refusalOf(rival).errorName).to.equal('CONFLICT');
  });

  it('stay claimed by who tries in vain to claim more', () => {
    const { registry } = registryUnderTest();
    registry.register(member(1), [tool('hum')], link());
    registry.register(member(2), [tool('sing')], link());
    const more = [tool('hum'), tool('sing', OTHER_SCHEMA)];
    expect(refusalOf(() => registry.register(member(1, { epoch: 2 }), more, link())).errorName).to.equal('CONFLICT');
    const rival = (): unknown => registry.register(member(3), [tool('hum', OTHER_SCHEMA)], link());
    expect(refusalOf(rival).errorName).to.equal('CONFLICT');
  });

  it('leave nothing in memory when they are refused', () => {
    const definitions = new Definitions();
    const offers = new Offers(definitions);
    offers.take(readTools([tool()], '1.0.0'), []);
    for (let at = 0; at < 10; at++) {
      const offered = readTools([tool(`new_${at}`), tool('create_video', OTHER_SCHEMA)], '1.0.0');
      refusalOf(() => offers.take(offered, []));
    }
    expect(definitions.size).to.equal(1);
  });

  it('are claimed by a silent worker as long as its connection is open, for it may speak again', () => {
    const { registry, clock } = registryUnderTest();
    const lease = registry.register(member(1), [tool()], link());
    clock.advance(100_000);
    const rival = (): unknown => registry.register(member(2), [tool('create_video', OTHER_SCHEMA)], link());
    expect(refusalOf(rival).errorName).to.equal('CONFLICT');
    lease.renew();
    expect(registry.catalogue.find('create_video')?.endpoints).to.have.length(1);
  });

  it('do not stand in the way of the one who claims them when it registers again with another meaning', () => {
    const { registry } = registryUnderTest();
    registry.register(facts(), [tool()], link());
    registry.register(facts({ epoch: 2 }), [tool('create_video', OTHER_SCHEMA)], link());
    const refused = (): unknown => registry.register(member(2), [tool()], link());
    expect(refusalOf(refused).errorName).to.equal('CONFLICT');
    registry.register(member(3), [tool('create_video', OTHER_SCHEMA)], link());
    // And when that is refused, its earlier claim stands as it was.
    const third = (): unknown => registry.register(facts({ epoch: 3 }), [tool()], link());
    expect(refusalOf(third).errorName).to.equal('CONFLICT');
    expect(refusalOf(refused).errorName).to.equal('CONFLICT');
  });
});
