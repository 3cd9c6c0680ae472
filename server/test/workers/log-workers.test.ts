import { Registry } from '@callsheet/discovery';
import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { logWorkers } from '../../src/workers/log-workers.ts';
import { rowOf } from '../../src/workers/own-tools.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { tool } from '../pipeline/tool-call.ts';

const link = { call: () => Promise.reject(new Error('not called here')) };
const facts = (epoch: number): JsonObject => ({
  instanceId: 'a'.repeat(22),
  ...{ epoch, name: 'gpu-7', version: '1.0.0', slots: 2 },
});

describe('the log of workers', () => {
  it('has a line for whatever an operator would look for, with the reason', () => {
    const clock = new FakeClock();
    const registry = new Registry({ clock, log: keptLog() });
    const lines: string[] = [];
    const at = (level: string) => (fields: JsonObject, text: string) =>
      void lines.push(
        `${level} ${String(fields.worker ?? '')} ${text}${fields.reason === undefined ? '' : `: ${String(fields.reason)}`}`,
      );
    const events: string[] = [];
    const happened = (event: string, { worker, resumed, reason }: JsonObject) =>
      void events.push(`${event} ${String(worker)} ${String(resumed ?? reason)}`);
    const stop = logWorkers(registry, { info: at('info'), warn: at('warn') }, happened);
    const lease = registry.register(facts(1), [rowOf(tool())], link);
    lease.renew();
    lease.disconnected();
    const again = registry.register(facts(2), [rowOf(tool())], link);
    again.drain();
    again.release('it said goodbye');
    const silent = registry.register({ ...facts(1), instanceId: 'b'.repeat(22) }, [rowOf(tool())], link);
    silent.renew();
    clock.advance(10_000);
    clock.advance(5_000);
    registry.sourceLost('the store is away');
    stop();
    registry.sourceBack();
    expect(lines).to.deep.equal([
      'info gpu-7 a worker registered',
      'info gpu-7 a worker gets calls: its heartbeat says so',
      'warn gpu-7 a worker gets no new calls: its connection closed',
      'info gpu-7 a worker came back',
      'info gpu-7 a worker takes no new calls: it drains',
      'info gpu-7 a worker left: it said goodbye',
      'info gpu-7 a worker registered',
      'info gpu-7 a worker gets calls: its heartbeat says so',
      'warn gpu-7 a worker gets no new calls: it is silent',
      'warn gpu-7 a worker is given up: it is silent',
      'warn  what is known of workers: the store is away',
    ]);
    expect(events).to.deep.equal([
      'worker.registered gpu-7 false',
      'worker.registered gpu-7 true',
      'worker.left gpu-7 it said goodbye',
      'worker.registered gpu-7 false',
      'worker.lost gpu-7 it is silent',
    ]);
  });
});
