import { expect } from 'chai';
import { EpochMemory } from '../../src/registry/epoch-memory.ts';
import { facts, link, refusalOf, registryUnderTest, stateOfOnly, tool } from './introductions.ts';

describe('epochs', () => {
  it('keep calls in flight when a higher one comes within 3 s of the loss', () => {
    const { registry, clock } = registryUnderTest();
    const oldLink = link();
    const old = registry.register(facts({ epoch: 7 }), [tool()], oldLink);
    old.renew();
    old.disconnected();
    clock.advance(2_999);
    const newLink = link();
    const lease = registry.register(facts({ epoch: 8 }), [tool()], newLink);
    expect([lease.resumes === oldLink, lease.workerId === old.workerId, old.end]).to.deep.equal([
      true,
      true,
      'resumed',
    ]);
    // It goes on where it was: no heartbeat is needed to be picked again.
    expect(stateOfOnly(registry)).to.equal('ready');
    expect(registry.catalogue.find('create_video')?.endpoints[0]?.worker.link).to.equal(newLink);
    clock.advance(9_999);
    expect([stateOfOnly(registry), lease.end]).to.deep.equal(['ready', undefined]);
  });

  it('begin anew when a higher one comes later', () => {
    const { registry, clock } = registryUnderTest();
    const old = registry.register(facts(), [tool()], link());
    old.renew();
    old.reportHealth('unhealthy', 'probes');
    old.disconnected();
    clock.advance(3_000);
    expect(old.end).to.equal('lost');
    const lease = registry.register(facts({ epoch: 2 }), [tool()], link());
    expect(lease.resumes).to.equal(undefined);
    const [report] = [...registry.workers()];
    expect(report?.worker).to.include({ state: 'joining', health: 'unknown', connected: true });
  });

  it('let a higher one take over a connection that only seems open', () => {
    const { registry } = registryUnderTest();
    const old = registry.register(facts(), [tool()], link());
    const ends: string[] = [];
    old.onEnd((end) => ends.push(end));
    const lease = registry.register(facts({ epoch: 2 }), [tool()], link());
    expect([ends, registry.size]).to.deep.equal([['resumed'], 1]);
    // The old connection is noticed to be closed at last. That harms nobody.
    old.heard();
    old.disconnected();
    old.reportHealth('unhealthy', 'an old probe');
    old.release('an old goodbye');
    const [report] = [...registry.workers()];
    expect(report?.worker).to.include({ state: 'joining', health: 'unknown', connected: true });
    expect(lease.end).to.equal(undefined);
    expect(refusalOf(() => old.renew()).errorName).to.equal('CONFLICT');
  });

  it('do not hear what was said on a connection that is closed already', () => {
    const { registry } = registryUnderTest();
    const old = registry.register(facts(), [tool()], link());
    old.disconnected();
    old.renew();
    registry.register(facts({ epoch: 2 }), [tool()], link());
    expect(stateOfOnly(registry)).to.equal('joining');
  });

  it('are refused when they are not above the newest, and the newest stays', () => {
    const { registry } = registryUnderTest();
    const lease = registry.register(facts({ epoch: 5 }), [tool()], link());
    for (const epoch of [5, 4, 1]) {
      const refused = refusalOf(() => registry.register(facts({ epoch }), [tool()], link()));
      expect(refused.errorName).to.equal('CONFLICT');
      expect(refused.message).to.contain(`epoch ${epoch} is not above 5`);
      expect(refused.facts.details).to.deep.equal({ epoch: 5 });
    }
    expect([lease.end, registry.size]).to.deep.equal([undefined, 1]);
  });

  it('are refused though the instance has left: an old connection brings nobody back', () => {
    const { registry } = registryUnderTest();
    registry.register(facts({ epoch: 5 }), [tool()], link()).release('bye');
    expect(refusalOf(() => registry.register(facts({ epoch: 5 }), [tool()], link())).errorName).to.equal('CONFLICT');
    registry.register(facts({ epoch: 6 }), [tool()], link());
    expect(registry.size).to.equal(1);
  });

  it('belong to one owner: nobody else takes an instance over, dead or alive', () => {
    const { registry, clock } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link(), { owner: 'key A' });
    const steal = (): unknown => registry.register(facts({ epoch: 2 }), [tool()], link(), { owner: 'key B' });
    expect(refusalOf(steal).message).to.equal(
      'Cannot register the worker: its instance id is taken; make a new random one',
    );
    lease.disconnected();
    clock.advance(60_000);
    expect(stateOfOnly(registry)).to.equal('dead');
    expect(refusalOf(steal).errorName).to.equal('CONFLICT');
    registry.register(facts({ epoch: 2 }), [tool()], link(), { owner: 'key A' });
  });

  it('may bring other tools; those no longer offered are gone', () => {
    const { registry } = registryUnderTest();
    registry.register(facts(), [tool('one'), tool('two')], link()).renew();
    registry.register(facts({ epoch: 2 }), [tool('two'), tool('three')], link());
    expect([...registry.catalogue.tools].sort()).to.deep.equal(['three', 'two']);
    expect(registry.catalogue.find('three')?.endpoints).to.have.length(1);
  });

  it('change nothing when they are refused for what they bring', () => {
    const { registry, changes } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    lease.renew();
    const seen = changes.length;
    refusalOf(() => registry.register(facts({ epoch: 2, slots: 0 }), [tool()], link()));
    refusalOf(() => registry.register(facts({ epoch: 2 }), [], link()));
    expect([lease.end, stateOfOnly(registry), changes.length]).to.deep.equal([undefined, 'ready', seen]);
    registry.register(facts({ epoch: 2 }), [tool()], link());
  });

  it('are remembered of so many instances and no more', () => {
    const memory = new EpochMemory(2);
    memory.remember('a', 1);
    memory.remember('b', 2);
    memory.remember('a', 3);
    memory.remember('c', 4);
    expect([memory.newest('a'), memory.newest('b'), memory.newest('c')]).to.deep.equal([3, undefined, 4]);
  });
});
