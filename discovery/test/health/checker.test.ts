import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import { HealthChecker, type HealthCheckerParts } from '../../src/health/checker.ts';
import { facts, link, registryUnderTest, tool } from '../registry/introductions.ts';

/** Lets what was promised settle. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

/** Time that passes in steps small enough for answers to come in between. */
async function pass(clock: FakeClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    clock.advance(100);
    await settled();
  }
}

/** Somebody who is probed, and answers as the test says. */
class Patient {
  readonly workerId = 'w-1';
  readonly name = 'painter';
  readonly reports: string[] = [];
  readonly askedAt: number[] = [];
  readyMsAgo: number | undefined;
  heardTimes = 0;
  end: (() => void) | undefined;
  signal: AbortSignal | undefined;
  answer: () => Promise<unknown> = () => Promise.resolve();
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  readonly probe = (signal: AbortSignal): Promise<unknown> => {
    this.signal = signal;
    this.askedAt.push(this.#clock.monotonic());
    return this.answer();
  };

  heard(): void {
    this.heardTimes++;
  }

  reportHealth(health: string, reason: string): void {
    this.reports.push(`${health}: ${reason}`);
  }

  onEnd(listener: () => void): void {
    this.end = listener;
  }
}

const OPTIONS = { intervalMs: 1_000, timeoutMs: 400, jitter: 0, unhealthyAfter: 3, healthyAfter: 2 };

describe('health checker', () => {
  let clock: FakeClock;
  let patient: Patient;

  beforeEach(() => {
    clock = new FakeClock();
    patient = new Patient(clock);
  });

  function checker(parts: Partial<HealthCheckerParts> = {}): HealthChecker {
    return new HealthChecker({ clock, random: () => 0.5, options: OPTIONS, ...parts });
  }

  async function rounds(count: number, answer: () => Promise<unknown>): Promise<void> {
    patient.answer = answer;
    await pass(clock, count * 1_000);
  }

  const well = (): Promise<unknown> => Promise.resolve();
  const ill = (): Promise<unknown> => Promise.reject(new CallError('UPSTREAM_ERROR'));

  it('asks first anywhere within an interval, then one interval after each answer', async () => {
    checker().add(patient, patient.probe);
    await rounds(4, well);
    expect(patient.askedAt).to.deep.equal([500, 1_500, 2_500, 3_500]);
    expect([patient.heardTimes, patient.reports]).to.deep.equal([4, ['healthy: it answers its probes']]);
  });

  it('stretches and shortens each pause by no more than its jitter', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1 }), async (dice) => {
        const hands = new FakeClock();
        const other = new Patient(hands);
        let throws = 0;
        const random = (): number => dice[throws++ % dice.length] ?? 0;
        const probes = new HealthChecker({ clock: hands, random, options: { ...OPTIONS, jitter: 0.1 } });
        probes.add(other, other.probe);
        while (other.askedAt.length < 6) {
          hands.advance(10);
          await settled();
        }
        expect(other.askedAt[0]).to.be.below(1_000);
        for (let at = 1; at < 6; at++) {
          const pause = (other.askedAt[at] ?? 0) - (other.askedAt[at - 1] ?? 0);
          // Ten more: answers are looked at every ten milliseconds here.
          expect(pause).to.be.within(899, 1_111);
        }
        probes.close();
        expect(hands.pending).to.equal(0);
      }),
      { numRuns: 50 },
    );
  });

  it('spares a healthy one that says it is ready, but for every sixth time', async () => {
    patient.readyMsAgo = 1_000;
    checker().add(patient, patient.probe);
    await rounds(14, well);
    expect(patient.askedAt).to.deep.equal([500, 6_500, 12_500]);
    patient.readyMsAgo = 1_001;
    await rounds(2, well);
    expect(patient.askedAt.slice(3), 'silent for longer than a pause').to.deep.equal([14_500, 15_500]);
    patient.readyMsAgo = undefined;
    await rounds(1, well);
    expect(patient.askedAt.slice(5), 'not ready by its own word').to.deep.equal([16_500]);
  });

  it('spares nobody who failed the last one, whatever it says of itself', async () => {
    patient.readyMsAgo = 0;
    checker().add(patient, patient.probe);
    await rounds(1, well);
    await rounds(8, ill);
    expect(patient.askedAt).to.deep.equal([500, 6_500, 7_500, 8_500]);
    await rounds(1, well);
    expect(patient.reports.at(-1)).to.equal('unhealthy: it failed a probe with UPSTREAM_ERROR');
    await rounds(3, well);
    expect(patient.askedAt.slice(4), 'well again').to.deep.equal([9_500, 10_500]);
  });

  it('spares nobody when it is told to', async () => {
    patient.readyMsAgo = 0;
    checker({ options: { ...OPTIONS, sparedInARow: 0 } }).add(patient, patient.probe);
    await rounds(4, well);
    expect(patient.askedAt).to.deep.equal([500, 1_500, 2_500, 3_500]);
  });

  it('takes three failures in a row for illness, and two successes in a row for recovery', async () => {
    checker().add(patient, patient.probe);
    await rounds(2, ill);
    await rounds(1, well);
    await rounds(2, ill);
    expect(patient.reports).to.deep.equal(['healthy: it answers its probes']);
    await rounds(1, ill);
    expect(patient.reports.at(-1)).to.equal('unhealthy: it failed a probe with UPSTREAM_ERROR');
    await rounds(1, well);
    await rounds(1, ill);
    await rounds(1, well);
    expect(patient.reports).to.have.length(2);
    await rounds(1, well);
    expect(patient.reports.at(-1)).to.equal('healthy: it answers its probes');
  });

  it('fails a probe that is not answered in time, and tells it so', async () => {
    const probes = checker();
    probes.add(patient, patient.probe);
    patient.answer = () =>
      new Promise((_, reject) => {
        patient.signal?.addEventListener('abort', () => reject(patient.signal?.reason));
      });
    await pass(clock, 4_200);
    expect(patient.askedAt).to.deep.equal([500, 1_900, 3_300]);
    expect(patient.signal?.reason).to.include({ errorName: 'DEADLINE_EXCEEDED' });
    expect([patient.reports, patient.heardTimes]).to.deep.equal([
      ['unhealthy: it did not answer a probe within 400 ms'],
      0,
    ]);
    probes.close();
    expect(clock.pending).to.equal(0);
  });

  it('never asks twice at once, and counts on while a probe ignores its end', async () => {
    checker().add(patient, patient.probe);
    let release: () => void = () => undefined;
    patient.answer = () =>
      new Promise((resolve) => {
        release = () => resolve(undefined);
      });
    clock.advance(3_900);
    await settled();
    expect(patient.askedAt).to.deep.equal([500]);
    expect(patient.reports).to.deep.equal(['unhealthy: an earlier probe still hangs']);
    release();
    await settled();
    // Its answer comes too late to mean anything.
    expect([patient.heardTimes, patient.reports.length]).to.deep.equal([0, 1]);
    await rounds(2, well);
    expect(patient.reports.at(-1)).to.equal('healthy: it answers its probes');
  });

  it('takes "busy" for a failure, and a fault of the question for a sign of life and nothing else', async () => {
    checker().add(patient, patient.probe);
    await rounds(2, () => Promise.reject(new CallError('OVERLOADED')));
    await rounds(3, () => Promise.reject(new CallError('METHOD_NOT_FOUND')));
    expect([patient.heardTimes, patient.reports]).to.deep.equal([3, []]);
    await rounds(1, () => Promise.reject(new CallError('OVERLOADED')));
    expect(patient.reports).to.deep.equal(['unhealthy: it failed a probe with OVERLOADED']);
  });

  it('takes a probe that throws for one that fails', async () => {
    checker().add(patient, () => {
      throw new Error('bad probe');
    });
    await rounds(3, well);
    expect(patient.reports).to.deep.equal(['unhealthy: it failed a probe with INTERNAL']);
  });

  it('lets nobody back in whom the guard put out, unless it is told how', async () => {
    const lifted: string[] = [];
    checker({ liftEjection: (id) => lifted.push(id) }).add(patient, patient.probe);
    await rounds(3, ill);
    await rounds(1, well);
    expect(lifted).to.deep.equal([]);
    await rounds(2, well);
    expect(lifted).to.deep.equal(['w-1', 'w-1']);
    const other = new Patient(clock);
    checker().add(other, other.probe);
    await rounds(3, well);
    expect(other.reports).to.deep.equal(['healthy: it answers its probes']);
  });

  it('stops with the lease, in the middle of a probe too, and leaves no deadline behind', async () => {
    const { registry, clock: hands } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link(), { heartbeats: false });
    const probes = checker({ clock: hands });
    patient.answer = () => new Promise(() => undefined);
    probes.add(lease, patient.probe);
    expect(probes.size).to.equal(1);
    hands.advance(600);
    lease.release('bye');
    await settled();
    expect([patient.signal?.aborted, probes.size, hands.pending]).to.deep.equal([true, 0, 0]);
  });

  it('settles quietly when it is closed during a probe', async () => {
    const probes = checker();
    let release: () => void = () => undefined;
    const stop = probes.add(patient, patient.probe);
    patient.answer = () =>
      new Promise((resolve) => {
        release = () => resolve(undefined);
      });
    clock.advance(600);
    probes.close();
    release();
    await settled();
    stop();
    expect([patient.reports, patient.heardTimes, clock.pending]).to.deep.equal([[], 0, 0]);
  });

  it('keeps a registry informed: who fails its probes gets no calls', async () => {
    const { registry, clock: hands } = registryUnderTest();
    const lease = registry.register(facts(), [tool()], link());
    lease.renew();
    checker({ clock: hands }).add(lease, patient.probe);
    patient.answer = ill;
    await pass(hands, 3_000);
    expect(registry.catalogue.find('create_video')?.endpoints).to.have.length(0);
    patient.answer = well;
    await pass(hands, 20_000);
    // Its answers are signs of life: it sent no heartbeat in all this time.
    expect(registry.catalogue.find('create_video')?.endpoints).to.have.length(1);
    registry.close();
    expect(hands.pending).to.equal(0);
  });

  it('refuses options out of their range', () => {
    for (const options of [
      { intervalMs: 0 },
      { jitter: 1 },
      { jitter: -0.1 },
      { timeoutMs: Number.POSITIVE_INFINITY },
      { unhealthyAfter: 0 },
      { healthyAfter: 1.5 },
      { sparedInARow: -1 },
    ]) {
      const [option = '', value] = Object.entries(options)[0] ?? [];
      expect(() => checker({ options })).to.throw(RangeError, `${option} ${value}`);
    }
  });
});
