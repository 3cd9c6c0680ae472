import { expect } from 'chai';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import type { Lease } from '../../src/registry/lease.ts';
import { Registry } from '../../src/registry/registry.ts';
import { TimingWheel } from '../../src/wheel.ts';
import { link, member, tool } from './introductions.ts';

const WORKERS = 3_000;
const TOOLS = Array.from({ length: 20 }, (_, at) => tool(`tool_${at}`));

describe('a registry of thousands', () => {
  let clock: FakeClock;
  let registry: Registry;
  let leases: Lease[];

  beforeEach(() => {
    clock = new FakeClock();
    registry = new Registry({ clock: new TimingWheel(clock), log: { warn: () => undefined } });
    leases = Array.from({ length: WORKERS }, (_, n) => {
      const lease = registry.register(member(n), TOOLS, link());
      lease.renew();
      return lease;
    });
  });

  it('holds one appointment of the clock for all of them', () => {
    expect([registry.size, clock.pending]).to.deep.equal([WORKERS, 1]);
    registry.close();
    expect(clock.pending).to.equal(0);
  });

  it('keeps one definition of what all of them offer', () => {
    const definitions = new Set<object>();
    for (const { worker } of registry.workers()) for (const offered of worker.tools) definitions.add(offered);
    expect(definitions.size).to.equal(20);
  });

  it('finds exactly those that fell silent', () => {
    const quiet = new Set(leases.filter((_, n) => n % 7 === 0).map(({ workerId }) => workerId));
    for (let i = 0; i < 4; i++) {
      clock.advance(4_000);
      for (const lease of leases) if (!quiet.has(lease.workerId)) lease.heard();
    }
    const { endpoints } = registry.catalogue.find('tool_3') ?? { endpoints: [] };
    expect(endpoints).to.have.length(WORKERS - quiet.size);
    expect(endpoints.some(({ worker }) => quiet.has(worker.id))).to.equal(false);
    for (const { worker } of registry.workers()) expect(worker.state).to.equal(quiet.has(worker.id) ? 'dead' : 'ready');
  });

  it('is empty again when all have left', () => {
    for (const lease of leases) lease.release('the night');
    expect([registry.size, registry.catalogue.size, clock.pending]).to.deep.equal([0, 0, 0]);
  });
});
