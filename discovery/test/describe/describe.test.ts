import { expect } from 'chai';
import { prometheusTargets } from '../../src/describe/prometheus-targets.ts';
import { serviceEvent } from '../../src/describe/service-event.ts';
import { serviceList } from '../../src/describe/service-list.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { link, member, registryUnderTest, tool } from '../registry/introductions.ts';

const HASH = /^[\w-]{43}$/;

describe('what the fleet shows of itself', () => {
  function fleet(): ReturnType<typeof registryUnderTest> {
    const under = registryUnderTest();
    const { registry, clock } = under;
    const first = registry.register(
      member(1, { metricsAddress: 'gpu-1:9464', tags: ['gpu', 'a100'] }),
      [tool()],
      link(),
      {
        owner: 'key of operations',
      },
    );
    first.renew({ inFlight: 2 });
    const second = [tool('create_video', { version: '1.1.0' }), tool('add_captions')];
    registry.register(member(2, { version: '1.1.0', zone: undefined, tags: [] }), second, link());
    clock.advance(1_500);
    return under;
  }

  it('is a row for every worker and every tool', () => {
    const { registry } = fleet();
    const list = serviceList(registry, () => 1);
    expect([list.revision, list.stale]).to.deep.equal([3, false]);
    expect(list.workers[0]).to.deep.equal({
      id: [...registry.workers()][0]?.worker.id,
      name: 'worker 1',
      version: '1.0.0',
      state: 'ready',
      health: 'unknown',
      available: true,
      connected: true,
      epoch: 1,
      slots: 4,
      weight: 1,
      tags: ['gpu', 'a100'],
      zone: 'eu-1',
      heardMsAgo: 1_500,
      inFlight: 2,
      calls: 1,
      tools: [{ name: 'create_video', version: '1.0.0' }],
    });
    expect(list.workers[1]).to.deep.include({ state: 'joining', zone: null, inFlight: null });
    const [captions, video] = list.tools;
    expect([captions?.name, captions?.available, captions?.workers]).to.deep.equal(['add_captions', 0, 1]);
    expect(video?.schemaHash).to.match(HASH);
    expect(video).to.deep.include({
      name: 'create_video',
      version: '1.1.0',
      versions: ['1.0.0', '1.1.0'],
      workers: 2,
      available: 1,
    });
  });

  it('holds nothing that proves who a worker is or who owns it', () => {
    const { registry, changes } = fleet();
    const [first] = [...registry.workers()];
    const everything = JSON.stringify([serviceList(registry), prometheusTargets(registry), changes.map(serviceEvent)]);
    expect(everything).to.contain(first?.worker.id);
    for (const secret of ['instance-', 'instanceId', 'owner', 'key of operations', 'link']) {
      expect(everything).to.not.contain(secret);
    }
  });

  it('names a worker alike in every epoch, and no two alike', () => {
    const { registry } = fleet();
    const before = serviceList(registry).workers.map(({ id }) => id);
    registry.register(member(1, { epoch: 2 }), [tool()], link(), { owner: 'key of operations' });
    expect(serviceList(registry).workers.map(({ id }) => id)).to.deep.equal(before);
    expect(new Set(before).size).to.equal(2);
    expect(before[0]).to.match(/^w-[0-9a-f]{16}$/);
  });

  it('is told change by change', () => {
    const { registry, clock, changes } = registryUnderTest();
    const lease = registry.register(member(1), [tool()], link());
    lease.renew();
    registry.sourceLost('the store does not answer');
    lease.release('an update');
    const condition = { health: 'unknown', connected: true };
    const worker = { id: lease.workerId, name: 'worker 1', version: '1.0.0', zone: 'eu-1', ...condition };
    const ready = { ...worker, state: 'ready', available: true };
    const joining = { state: 'joining', available: false };
    expect(changes.map(serviceEvent)).to.deep.equal([
      { type: 'registered', revision: 1, worker: { ...worker, ...joining }, resumed: false, tools: ['create_video'] },
      {
        type: 'changed',
        revision: 2,
        worker: ready,
        from: { ...condition, ...joining },
        reason: 'its heartbeat says so',
      },
      { type: 'source', revision: 3, stale: true, reason: 'the store does not answer' },
      { type: 'left', revision: 4, worker: ready, reason: 'an update' },
    ]);
    expect(clock.pending).to.equal(0);
  });

  describe('to Prometheus', () => {
    it('is a target for each worker that said where, with labels that make no new series from minute to minute', () => {
      const { registry } = fleet();
      const id = serviceList(registry).workers[0]?.id;
      expect(prometheusTargets(registry)).to.deep.equal([
        {
          targets: ['gpu-1:9464'],
          labels: {
            service: 'worker 1',
            worker: id,
            zone: 'eu-1',
            __meta_callsheet_version: '1.0.0',
            __meta_callsheet_state: 'ready',
            __meta_callsheet_health: 'unknown',
            __meta_callsheet_tags: ',gpu,a100,',
          },
        },
      ]);
    });

    it('keeps the dead until they are forgotten, so that somebody notices', () => {
      const { registry, clock } = fleet();
      const state = (of: Registry): string | undefined => prometheusTargets(of)[0]?.labels.__meta_callsheet_state;
      clock.advance(20_000);
      expect(state(registry)).to.equal('dead');
      clock.advance(600_000);
      expect(prometheusTargets(registry)).to.deep.equal([]);
    });

    it('has no zone and no tags of who said none', () => {
      const { registry } = registryUnderTest();
      registry.register(member(1, { zone: undefined, tags: [], metricsAddress: 'h:1' }), [tool()], link());
      const { labels } = prometheusTargets(registry)[0] ?? { labels: {} };
      expect(labels).to.not.have.property('zone');
      expect(labels).to.have.property('__meta_callsheet_tags', '');
    });
  });
});
