import { channel } from 'node:diagnostics_channel';
import process from 'node:process';
import { CHANNELS } from '@callsheet/protocol';
import { expect } from 'chai';
import { observing } from './observing.ts';
import { request, run } from './told.ts';

describe('an observer that fails', () => {
  const observe = observing();

  /** What a fault of a subscriber becomes in Node: an uncaught error in the next tick. */
  async function uncaughtBy(publish: () => void): Promise<readonly unknown[]> {
    const before = process.rawListeners('uncaughtException');
    const caught: unknown[] = [];
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => caught.push(error));
    publish();
    await new Promise((done) => setImmediate(done));
    process.removeAllListeners('uncaughtException');
    for (const listener of before) process.on('uncaughtException', listener as (error: Error) => void);
    return caught;
  }

  it('is counted and told once, and never reaches who published', async () => {
    const told: string[] = [];
    const seen = observe({}, { report: (observer, error) => told.push(`${observer}: ${error instanceof TypeError}`) });
    const caught = await uncaughtBy(() => {
      for (let nth = 0; nth < 3; nth++) channel(CHANNELS.requestStart).publish(null);
      channel(CHANNELS.connection).publish(undefined);
    });
    expect(caught).to.deep.equal([]);
    expect(told).to.deep.equal(['requests: true', 'connections: true']);
    expect(seen.value('mcp_monitoring_faults_total', 'requests')).to.equal(3);
    expect(seen.value('mcp_monitoring_faults_total', 'connections')).to.equal(1);
    expect(seen.value('mcp_monitoring_faults_total', 'jobs')).to.equal(0);
  });

  it('goes on with the next message', () => {
    const seen = observe();
    channel(CHANNELS.requestStart).publish({ transport: 'pigeon', method: 'ping' });
    run(request());
    expect(seen.value('mcp_monitoring_faults_total', 'requests')).to.equal(1);
    expect(seen.value('mcp_operations_success_total', 'ping', 'websocket')).to.equal(1);
  });

  it('survives a log that is broken too', async () => {
    const report = () => {
      throw new Error('the disk is full');
    };
    const seen = observe({}, { report });
    expect(await uncaughtBy(() => channel(CHANNELS.job).publish(null))).to.deep.equal([]);
    expect(seen.value('mcp_monitoring_faults_total', 'jobs')).to.equal(1);
  });

  it('would reach who published if nobody kept it', async () => {
    const fail = () => {
      throw new Error('as it is without a guard');
    };
    const bare = channel(CHANNELS.job);
    bare.subscribe(fail);
    const caught = await uncaughtBy(() => bare.publish(null));
    bare.unsubscribe(fail);
    expect(caught).to.have.length(1);
  });
});
