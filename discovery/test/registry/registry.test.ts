import { expect } from 'chai';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import { Announcer } from '../../src/registry/announcer.ts';
import { registryRules } from '../../src/registry/options.ts';
import { Registry } from '../../src/registry/registry.ts';
import { TimingWheel } from '../../src/wheel.ts';
import { facts, link, member, refusalOf, registryUnderTest, stateOfOnly, tool } from './introductions.ts';

describe('registry', () => {
  it('tells what happens, in order, when the catalogue knows of it', () => {
    const { registry, clock } = registryUnderTest();
    const heard: unknown[] = [];
    const end = registry.listen((change) => {
      expect(registry.catalogue.revision).to.be.at.least(change.revision);
      const { type, revision } = change;
      const what =
        type === 'source' ? change.stale : `${change.worker.state}${'reason' in change ? `: ${change.reason}` : ''}`;
      heard.push([revision, type, what]);
    });
    const lease = registry.register(facts(), [tool()], link());
    lease.renew();
    lease.renew();
    clock.advance(10_000);
    lease.heard();
    lease.disconnected();
    registry.register(facts({ epoch: 2 }), [tool()], link()).release('an update');
    end();
    registry.register(facts({ epoch: 3 }), [tool()], link());
    expect(heard).to.deep.equal([
      [1, 'registered', 'joining'],
      [2, 'changed', 'ready: its heartbeat says so'],
      [3, 'changed', 'suspect: it is silent'],
      [4, 'changed', 'ready: it was heard again'],
      [5, 'changed', 'suspect: its connection closed'],
      [6, 'registered', 'ready'],
      [7, 'left', 'ready: an update'],
    ]);
  });

  it('says nothing twice: heartbeats of who is alive are no news', () => {
    const { registry, clock, changes } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    for (let i = 0; i < 100; i++) {
      lease.renew();
      clock.advance(5_000);
    }
    expect(changes).to.have.length(2);
  });

  it('stays in order when a listener causes the next change, or its lease ends and it comes back at once', () => {
    const { registry, changes } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    registry.listen((change) => {
      if (change.type === 'changed' && change.worker.state === 'ready') lease.drain();
    });
    const later: number[] = [];
    registry.listen(({ revision }) => later.push(revision));
    lease.onEnd(() => registry.register(facts({ epoch: 2 }), [tool()], link()));
    lease.renew();
    lease.release('bye');
    expect(later).to.deep.equal([2, 3, 4, 5]);
    expect(changes.map(({ type }) => type)).to.deep.equal(['registered', 'changed', 'changed', 'left', 'registered']);
    expect(registry.catalogue.entry('create_video')?.endpoints).to.have.length(1);
  });

  it('lets no listener of a goodbye say it twice', () => {
    const { registry, changes } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    registry.register(member(2), [tool()], link());
    registry.listen(({ type }) => {
      if (type === 'left') lease.release('again');
    });
    lease.release('bye');
    expect(changes.filter(({ type }) => type === 'left')).to.have.length(1);
    const other = { inputSchema: {} };
    const rival = (): unknown => registry.register(member(3), [tool('create_video', other)], link());
    expect(refusalOf(rival).errorName).to.equal('CONFLICT');
  });

  it('goes on when a listener throws, and logs it', () => {
    const { registry, changes, faults } = registryUnderTest();
    const heard: string[] = [];
    registry.listen(() => {
      throw new Error('bad listener');
    });
    registry.listen(({ type }) => heard.push(type));
    registry.register(facts(), [tool()], link());
    expect([heard, changes.length, faults]).to.deep.equal([['registered'], 1, ['Error: bad listener']]);
  });

  it('keeps the last snapshot while its source is lost: nobody falls silent, and everything is marked stale', () => {
    const { registry, clock, changes } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    lease.renew();
    clock.advance(9_000);
    registry.sourceLost('the store does not answer');
    registry.sourceLost('the store does not answer');
    clock.advance(3_600_000);
    expect([registry.catalogue.stale, stateOfOnly(registry), clock.pending]).to.deep.equal([true, 'ready', 0]);
    expect(registry.catalogue.find('create_video')?.endpoints).to.have.length(1);
    registry.sourceBack();
    registry.sourceBack();
    expect([registry.catalogue.stale, stateOfOnly(registry)]).to.deep.equal([false, 'ready']);
    clock.advance(9_999);
    expect(stateOfOnly(registry)).to.equal('ready');
    clock.advance(1);
    expect(stateOfOnly(registry)).to.equal('suspect');
    expect(changes.filter(({ type }) => type === 'source')).to.have.length(2);
  });

  it('does not say that it heard the dead when its source is back', () => {
    const { registry, clock } = registryUnderTest();
    registry.register(facts(), [tool()], link());
    clock.advance(20_000);
    registry.sourceLost('the store does not answer');
    clock.advance(5_000);
    registry.sourceBack();
    expect([...registry.workers()].map(({ heardMsAgo }) => heardMsAgo)).to.deep.equal([25_000]);
    expect(stateOfOnly(registry)).to.equal('dead');
  });

  it('believes a closed connection even while its source is lost', () => {
    const { registry, clock } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    registry.sourceLost('the store does not answer');
    lease.disconnected();
    expect(stateOfOnly(registry)).to.equal('suspect');
    clock.advance(15_000);
    expect([stateOfOnly(registry), lease.end]).to.deep.equal(['dead', 'lost']);
  });

  it('holds nobody responsible for a stall of its own process', () => {
    const hands = { now: 0, call: undefined as (() => void) | undefined };
    const wheel = new TimingWheel({
      monotonic: () => hands.now,
      after: (_, callback) => {
        hands.call = callback;
        return () => undefined;
      },
    });
    const registry = new Registry({ clock: wheel, log: { warn: () => undefined } });
    registry.register(facts(), [tool()], link()).renew();
    hands.now = 60_000;
    hands.call?.();
    expect(stateOfOnly(registry)).to.equal('suspect');
    hands.now = 60_000 + 3_900;
    hands.call?.();
    expect(stateOfOnly(registry)).to.equal('suspect');
    hands.now = 60_000 + 4_000;
    hands.call?.();
    expect(stateOfOnly(registry)).to.equal('dead');
  });

  it('takes in so many workers, and more only in the place of the longest dead', () => {
    const { registry, clock, changes } = registryUnderTest({ maxWorkers: 2 });
    const first = registry.register(member(1), [tool()], link());
    const second = registry.register(member(2), [tool()], link());
    const third = (): unknown => registry.register(member(3), [tool()], link());
    expect(refusalOf(third).errorName).to.equal('OVERLOADED');
    clock.advance(1_000);
    second.heard();
    clock.advance(15_000);
    expect([first.end, second.end]).to.deep.equal([undefined, undefined]);
    third();
    expect([first.end, second.end, registry.size]).to.deep.equal(['forgotten', undefined, 2]);
    expect(changes.some((change) => change.type === 'left' && change.reason === 'its place was needed')).to.equal(true);
  });

  it('leaves nothing behind when it is closed, and takes in nobody any more', () => {
    const { registry, clock, changes } = registryUnderTest();
    const ends: string[] = [];
    for (const n of [1, 2, 3]) {
      const lease = registry.register(member(n), [tool()], link());
      lease.renew();
      lease.onEnd((end) => {
        ends.push(end);
        lease.release('the socket closes');
      });
    }
    const seen = changes.length;
    registry.close();
    registry.sourceLost('closed anyway');
    registry.sourceBack();
    expect([ends, registry.size, clock.pending, changes.length]).to.deep.equal([
      ['closed', 'closed', 'closed'],
      0,
      0,
      seen,
    ]);
    expect(registry.catalogue.find('create_video')?.endpoints).to.have.length(3);
    expect(refusalOf(() => registry.register(facts(), [tool()], link())).errorName).to.equal('DRAINING');
  });

  it('refuses rules that are out of order', () => {
    const clock = new FakeClock();
    const open = (options: object): Registry => new Registry({ clock, options, log: { warn: () => undefined } });
    expect(() => open({ heartbeatMs: 0 })).to.throw(RangeError, 'heartbeatMs 0');
    expect(() => open({ suspectAfterMs: 5_000 })).to.throw(RangeError, 'above heartbeatMs, 5000');
    expect(() => open({ deadAfterMs: 10_000 })).to.throw(RangeError, 'above suspectAfterMs, 10000');
    expect(() => open({ graceMs: 15_001 })).to.throw(RangeError, 'graceMs 15001');
    expect(() => open({ forgetAfterMs: Number.POSITIVE_INFINITY })).to.throw(RangeError, 'forgetAfterMs Infinity');
    expect(() => open({ maxWorkers: 0 })).to.throw(RangeError, 'maxWorkers 0');
  });

  it('goes by the documented rules when nothing else is said', () => {
    expect(registryRules()).to.deep.equal({
      heartbeatMs: 5_000,
      suspectAfterMs: 10_000,
      deadAfterMs: 15_000,
      graceMs: 3_000,
      forgetAfterMs: 600_000,
      maxWorkers: 10_000,
    });
  });
});

describe('announcer', () => {
  it('lets the same function listen twice, and each end on its own', () => {
    const announcer = new Announcer<number>(() => undefined);
    const heard: number[] = [];
    const listener = (event: number): void => {
      heard.push(event);
    };
    const end = announcer.listen(listener);
    announcer.listen(listener);
    announcer.announce(1);
    end();
    end();
    announcer.announce(2);
    expect(heard).to.deep.equal([1, 1, 2]);
  });
});
