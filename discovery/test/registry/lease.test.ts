import { expect } from 'chai';
import { facts, link, refusalOf, registryUnderTest, stateOfOnly, tool } from './introductions.ts';

describe('a lease', () => {
  it('makes a worker ready with its first heartbeat, unless that says otherwise', () => {
    const { registry } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    expect(stateOfOnly(registry)).to.equal('joining');
    expect(registry.catalogue.find('create_video')?.endpoints).to.have.length(0);
    lease.renew({ ready: false });
    expect(stateOfOnly(registry)).to.equal('joining');
    lease.renew();
    expect(stateOfOnly(registry)).to.equal('ready');
    expect(registry.catalogue.find('create_video')?.endpoints).to.have.length(1);
    lease.renew({ ready: false });
    expect(stateOfOnly(registry)).to.equal('joining');
  });

  it('knows how long ago a worker said that it is ready', () => {
    const { registry, clock } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    lease.heard();
    expect(lease.readyMsAgo).to.equal(undefined);
    lease.renew();
    clock.advance(700);
    lease.heard();
    expect(lease.readyMsAgo).to.equal(700);
    lease.renew({ ready: false });
    expect(lease.readyMsAgo).to.equal(undefined);
    lease.renew({ ready: true });
    expect(lease.readyMsAgo).to.equal(0);
    lease.release('bye');
    expect(lease.readyMsAgo).to.equal(undefined);
  });

  it('suspects after 10 s of silence, gives up after 15 s, and forgets after 10 min more', () => {
    const { registry, clock } = registryUnderTest();
    registry.register(facts(), [tool()], link()).renew();
    const seen: string[] = [];
    for (const ms of [9_999, 1, 4_999, 1, 599_999]) {
      clock.advance(ms);
      seen.push(String(stateOfOnly(registry)));
    }
    expect(seen).to.deep.equal(['ready', 'suspect', 'suspect', 'dead', 'dead']);
    expect(registry.catalogue.find('create_video')?.endpoints).to.have.length(0);
    clock.advance(1);
    expect([registry.size, registry.catalogue.find('create_video'), clock.pending]).to.deep.equal([0, undefined, 0]);
  });

  it('notices within 15 s of the last word, however the heartbeats before fell', () => {
    for (const lastWord of [1, 4_999, 5_000, 9_998, 9_999]) {
      const { registry, clock } = registryUnderTest();
      const lease = registry.register(facts(), [tool()], link());
      lease.renew();
      clock.advance(lastWord);
      lease.heard();
      clock.advance(14_999);
      expect(stateOfOnly(registry)).to.equal('suspect');
      clock.advance(1);
      expect(stateOfOnly(registry)).to.equal('dead');
    }
  });

  it('takes any word for a sign of life: suspect and dead become what they were before', () => {
    for (const silence of [10_000, 15_000, 100_000]) {
      const { registry, clock } = registryUnderTest();
      const lease = registry.register(facts(), [tool()], link());
      clock.advance(silence);
      lease.heard();
      expect(stateOfOnly(registry)).to.equal('joining');
      lease.renew();
      clock.advance(silence);
      lease.heard();
      expect(stateOfOnly(registry)).to.equal('ready');
      lease.drain();
      clock.advance(silence);
      lease.renew();
      expect(stateOfOnly(registry)).to.equal('draining');
      clock.advance(9_999);
      expect(stateOfOnly(registry)).to.equal('draining');
    }
  });

  it('never ends for silence, so that calls in flight on an open connection go on', () => {
    const { registry, clock } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    lease.renew();
    clock.advance(300_000);
    expect([stateOfOnly(registry), lease.end]).to.deep.equal(['dead', undefined]);
  });

  it('ends as forgotten when an open connection stays silent for good', () => {
    const { registry, clock } = registryUnderTest({ forgetAfterMs: 20_000 });
    const ends: string[] = [];
    registry.register(facts(), [tool()], link()).onEnd((end) => ends.push(end));
    clock.advance(34_999);
    expect(ends).to.deep.equal([]);
    clock.advance(1);
    expect(ends).to.deep.equal(['forgotten']);
  });

  it('suspects the moment the connection closes, and gives up its calls after 3 s', () => {
    const { registry, clock } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    lease.renew();
    const ends: string[] = [];
    lease.onEnd((end) => ends.push(end));
    lease.disconnected();
    expect([stateOfOnly(registry), registry.catalogue.find('create_video')?.endpoints.length]).to.deep.equal([
      'suspect',
      0,
    ]);
    clock.advance(2_999);
    expect(ends).to.deep.equal([]);
    // Said twice, as sockets sometimes do, it gives no second grace.
    lease.disconnected();
    clock.advance(1);
    expect(ends).to.deep.equal(['lost']);
    clock.advance(11_999);
    expect(stateOfOnly(registry)).to.equal('suspect');
    clock.advance(1);
    expect(stateOfOnly(registry)).to.equal('dead');
  });

  it('gives up the calls of a dead worker, too, when its connection closes at last', () => {
    const { registry, clock } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    clock.advance(20_000);
    lease.disconnected();
    expect(stateOfOnly(registry)).to.equal('dead');
    clock.advance(3_000);
    expect(lease.end).to.equal('lost');
    clock.advance(592_000);
    expect(registry.size).to.equal(0);
  });

  it('hears nothing more of a closed connection', () => {
    const { registry, clock } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    lease.disconnected();
    clock.advance(2_000);
    lease.heard();
    lease.renew();
    expect(stateOfOnly(registry)).to.equal('suspect');
    clock.advance(13_000);
    expect(stateOfOnly(registry)).to.equal('dead');
  });

  it('drains for good: heartbeats do not bring it back, and it finishes what it has', () => {
    const { registry, clock } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    lease.renew();
    lease.drain();
    lease.renew({ ready: true, inFlight: 3 });
    expect([stateOfOnly(registry), lease.end]).to.deep.equal(['draining', undefined]);
    expect(registry.catalogue.find('create_video')?.endpoints).to.have.length(0);
    clock.advance(15_000);
    expect(stateOfOnly(registry)).to.equal('dead');
  });

  it('is gone at once when the worker says goodbye', () => {
    const { registry, clock, changes } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    const ends: string[] = [];
    lease.onEnd((end) => ends.push(end));
    lease.release('shutting down');
    lease.release('again');
    expect([registry.size, registry.catalogue.size, clock.pending, ends]).to.deep.equal([0, 0, 0, ['released']]);
    expect(changes.at(-1)).to.include({ type: 'left', reason: 'shutting down' });
    lease.onEnd((end) => ends.push(`late ${end}`));
    expect(ends).to.deep.equal(['released', 'late released']);
  });

  it('refuses heartbeats and drains once it has ended, and says what to do', () => {
    const { registry } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    lease.release('bye');
    const refused = refusalOf(() => lease.renew());
    expect(refused.errorName).to.equal('CONFLICT');
    expect(refused.message).to.match(/epoch 1: it has ended \(released\); register again with a higher epoch/);
    expect(refusalOf(() => lease.drain()).errorName).to.equal('CONFLICT');
  });

  it('refuses a heartbeat that is written wrongly, and counts it for nothing', () => {
    const { registry, clock } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    clock.advance(9_000);
    expect(refusalOf(() => lease.renew({ ready: 'yes' } as never)).message).to.contain('"/ready" is "yes"');
    expect(refusalOf(() => lease.renew({ inFlight: -1 })).message).to.contain('"/inFlight" is -1');
    clock.advance(1_000);
    expect(stateOfOnly(registry)).to.equal('suspect');
  });

  it('knows no silence of who sends no heartbeats, but knows when it is gone', () => {
    const { registry, clock } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link(), { heartbeats: false });
    lease.renew();
    expect(clock.pending).to.equal(0);
    clock.advance(86_400_000);
    expect(stateOfOnly(registry)).to.equal('ready');
    lease.disconnected();
    clock.advance(3_000);
    expect([stateOfOnly(registry), lease.end]).to.deep.equal(['dead', 'lost']);
    expect([...registry.workers()].map(({ heardMsAgo }) => heardMsAgo)).to.deep.equal([0]);
  });

  it('takes a worker out while its probes fail, whatever its heartbeats say', () => {
    const { registry } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    lease.renew();
    lease.reportHealth('unhealthy', 'it failed three probes');
    lease.renew();
    const [report] = [...registry.workers()];
    expect(report?.worker).to.include({ state: 'ready', health: 'unhealthy', available: false });
    lease.reportHealth('healthy', 'it answers its probes');
    expect(registry.catalogue.find('create_video')?.endpoints).to.have.length(1);
  });

  it('tells every listener of its end, though one of them throws', () => {
    const { registry, faults } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    const ends: string[] = [];
    lease.onEnd(() => {
      throw new Error('bad listener');
    });
    lease.onEnd((end) => ends.push(end));
    lease.release('bye');
    expect([ends, faults]).to.deep.equal([['released'], ['Error: bad listener']]);
  });
});
