import { Registry } from '@callsheet/discovery';
import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { Catalogue } from '../../src/pipeline/catalogue.ts';
import { OfferedSchemas } from '../../src/pipeline/schemas.ts';
import { rowOf } from '../../src/workers/own-tools.ts';
import { tellOfTools } from '../../src/workers/tell-of-tools.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { tool } from '../pipeline/tool-call.ts';

const link = { call: () => Promise.reject(new Error('not called here')) };
const facts = (name: string): JsonObject => ({
  instanceId: name.padEnd(16, '-'),
  ...{ epoch: 1, name, version: '1.0.0', slots: 1 },
});

describe('news of tools', () => {
  it('is told once for a fleet that comes in one moment, and not when the list stays as it was', () => {
    const clock = new FakeClock();
    const registry = new Registry({ clock, log: keptLog() });
    const catalogue = new Catalogue({ registry, schemas: new OfferedSchemas(), clock, absenceMs: 0 });
    let news = 0;
    const stop = tellOfTools({ cluster: { registry }, catalogue }, clock, () => {
      news += 1;
    });
    const leases = ['one', 'two', 'three'].map((name) => registry.register(facts(name), [rowOf(tool())], link));
    for (const lease of leases) lease.renew();
    expect(news).to.equal(0);
    clock.advance(100);
    expect(news).to.equal(1);
    leases[0]?.release('enough');
    clock.advance(100);
    expect(news, 'two others serve the same').to.equal(1);
    leases[1]?.release('enough');
    leases[2]?.release('enough');
    clock.advance(100);
    expect(news).to.equal(2);
    registry.register(facts('four'), [rowOf(tool())], link);
    stop();
    clock.advance(100);
    expect(news).to.equal(2);
  });
});
