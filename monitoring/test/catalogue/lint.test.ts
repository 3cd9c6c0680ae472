import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { Exposition } from '../../src/exposition/exposition.ts';
import { observeRuntime } from '../../src/observe/runtime.ts';
import { Observing, withTools } from '../observe/observing.ts';
import { callOf, exchange, run, tell } from '../observe/told.ts';

describe('metrics beside promtool', () => {
  before(function () {
    if (spawnSync('promtool', ['--version']).error === undefined) return;
    console.log('      promtool is not installed: names and units are not checked by it');
    this.skip();
  });

  it('have nothing it refuses or warns of, and far fewer series than a budget of 2,500', async () => {
    const tools = Object.fromEntries(
      Array.from({ length: 20 }, (_, nth) => [`tool-${nth}`, nth < 15 ? 'call' : 'job'] as const),
    );
    const seen = new Observing({
      ...withTools(tools),
      unread: () => ({ sum: 0, max: 0, slow: 0 }),
      connections: () => [],
      services: () =>
        ['a', 'b', 'c', 'd', 'e', 'f'].map((service) => ({ service, state: 'up', instances: 1, inFlight: 0 })),
      log: () => ({ lines: { info: 1 }, dropped: 0 }),
    });
    const endRuntime = observeRuntime({ registry: seen.registry, build: { version: '1', protocol: '1' } });
    try {
      for (const tool of Object.keys(tools)) run(callOf(tool));
      tell('providerEnd', exchange({ costUsd: 1, credits: 2, units: { characters: 3 }, quota: { requests: 0 } }));
      const onFault = (fault: Error): void => expect.fail(fault.message);
      const { body } = await new Exposition([seen.registry], { onFault }).scrape('text/plain');
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' });
      expect(stdout + stderr).to.equal('');
      expect(status).to.equal(0);
      const samples = body
        .toString()
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'));
      expect(samples.length).to.be.within(500, 2500);
    } finally {
      endRuntime();
      seen.end();
    }
  });
});
