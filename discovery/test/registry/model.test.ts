import { expect } from 'chai';
import fc from 'fast-check';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import type { Worker } from '../../src/catalogue/worker.ts';
import type { Change } from '../../src/registry/change.ts';
import type { Lease } from '../../src/registry/lease.ts';
import { Registry } from '../../src/registry/registry.ts';
import { TimingWheel } from '../../src/wheel.ts';
import { link, member, refusalOf, tool } from './introductions.ts';
import { FORGET, HALF_SECOND, NaiveFleet, type NaiveLease } from './naive-fleet.ts';

const INSTANCES = 3;

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constant('register' as const), fc.nat(INSTANCES - 1), fc.integer({ min: -1, max: 3 })),
  },
  { weight: 6, arbitrary: fc.tuple(fc.constant('renew' as const), fc.nat(9), fc.nat(3)) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('heard', 'close', 'drain', 'release'), fc.nat(9), fc.constant(0)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('probe' as const), fc.nat(9), fc.nat(1)) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('source lost', 'source back'), fc.constant(0), fc.constant(0)) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('wait' as const), fc.integer({ min: 1, max: 50 }), fc.constant(0)) },
);

interface Pair {
  readonly real: Lease;
  readonly naive: NaiveLease;
  /** What its listener heard. */
  readonly told: string[];
}

/** The registry and the naive fleet, told the same. */
class Twins {
  readonly clock = new FakeClock();
  readonly wheel = new TimingWheel(this.clock);
  readonly registry = new Registry({
    clock: this.wheel,
    options: { forgetAfterMs: FORGET },
    log: { warn: ({ fault }) => expect.fail(String(fault)) },
  });
  readonly fleet = new NaiveFleet();
  readonly leases: Pair[] = [];
  readonly changes: Change[] = [];
  /** The fleet as somebody knows it who only listens. */
  readonly heard = new Map<string, Worker>();

  constructor() {
    this.registry.listen((change) => {
      this.changes.push(change);
      if (change.type === 'source') return;
      const { worker } = change;
      const known = this.heard.get(worker.id);
      if (change.type === 'left') expect(known).to.equal(worker);
      else expect(known).to.equal(change.before);
      if (change.type === 'left') this.heard.delete(worker.id);
      else this.heard.set(worker.id, worker);
    });
  }

  play(what: string, which: number, how: number): void {
    const { clock, registry, fleet } = this;
    if (what === 'wait') {
      clock.advance(which * HALF_SECOND);
      fleet.pass(which);
    } else if (what === 'register') this.#register(which, fleet.newestEpoch(which) + how);
    else if (what === 'source lost') {
      registry.sourceLost('the store does not answer');
      fleet.source(false);
    } else if (what === 'source back') {
      registry.sourceBack();
      fleet.source(true);
    } else {
      const pair = this.leases.at(-1 - which);
      if (pair !== undefined) this.#speak(what, pair, how);
    }
  }

  compare(): void {
    const states = new Map([...this.registry.workers()].map(({ worker }) => [worker.facts.name, worker]));
    const selection = this.registry.catalogue.find('create_video');
    const picked = new Set(selection?.endpoints.map(({ worker }) => worker.facts.name));
    for (let instance = 0; instance < INSTANCES; instance++) {
      const name = `worker ${instance}`;
      const worker = states.get(name);
      expect(worker?.state).to.equal(this.fleet.state(instance));
      expect(picked.has(name)).to.equal(this.fleet.available(instance));
      expect(worker?.facts.epoch).to.equal(this.fleet.workers.get(instance)?.epoch);
    }
    for (const { real, naive, told } of this.leases) {
      expect(real.end).to.equal(naive.end);
      expect(told).to.deep.equal(naive.end === undefined ? [] : [naive.end]);
    }
    expect([...this.heard.values()]).to.have.members([...states.values()]);
    expect(this.changes.map(({ revision }) => revision)).to.deep.equal(this.changes.map((_, at) => at + 1));
    expect(this.registry.catalogue.revision).to.equal(this.changes.length);
    expect(this.clock.pending).to.be.at.most(1);
  }

  /** Everybody leaves. What the registry kept of them must be gone, too. */
  leave(): void {
    const [first] = this.heard.values();
    this.play('source back', 0, 0);
    for (const [at] of this.leases.entries()) this.play('release', at, 0);
    this.play('wait', 100, 0);
    this.compare();
    expect([this.registry.size, this.registry.catalogue.size, this.wheel.size]).to.deep.equal([0, 0, 0]);
    const anew = this.registry.register(member(INSTANCES), [tool()], link());
    const [again] = [...this.registry.workers()];
    expect(again?.worker.tools[0]).to.not.equal(first?.tools[0] ?? {});
    anew.release('bye');
    const other = tool('create_video', { inputSchema: { type: 'object' } });
    this.registry.register(member(INSTANCES + 1), [other], link());
  }

  #register(instance: number, epoch: number): void {
    const naive = this.fleet.register(instance, epoch);
    const register = (): Lease => this.registry.register(member(instance, { epoch }), [tool()], link());
    if (naive === undefined) {
      expect(refusalOf(register).errorName).to.equal(epoch < 1 ? 'INVALID_PARAMS' : 'CONFLICT');
      return;
    }
    const real = register();
    expect(real.resumes !== undefined).to.equal(naive.resumed);
    const told: string[] = [];
    real.onEnd((end) => told.push(end));
    this.leases.push({ real, naive: naive.lease, told });
  }

  #speak(what: string, { real, naive }: Pair, how: number): void {
    const { fleet } = this;
    const refusable = (good: boolean, act: () => void): void => {
      if (good) act();
      else expect(refusalOf(act).errorName).to.equal('CONFLICT');
    };
    if (what === 'renew') refusable(fleet.renew(naive, how > 0), () => real.renew({ ready: how > 0 }));
    else if (what === 'drain') refusable(fleet.drain(naive), () => real.drain());
    else if (what === 'heard') {
      fleet.heard(naive);
      real.heard();
    } else if (what === 'probe') {
      fleet.probed(naive, how === 0);
      real.reportHealth(how === 0 ? 'unhealthy' : 'healthy', 'a probe');
    } else if (what === 'close') {
      fleet.close(naive);
      real.disconnected();
    } else {
      fleet.release(naive);
      real.release('bye');
    }
  }
}

describe('the registry under any interleaving', () => {
  it('keeps the lease rules at every moment, and tells every change once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const twins = new Twins();
        for (const [what, which, how] of steps) {
          twins.play(what, which, how);
          twins.compare();
        }
        twins.leave();
        twins.registry.close();
        expect([twins.clock.pending, twins.wheel.size]).to.deep.equal([0, 0]);
        for (const { real } of twins.leases) expect(real.end).to.not.equal(undefined);
      }),
      { numRuns: 1_500 },
    );
  });
});
