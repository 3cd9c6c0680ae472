import { channel } from 'node:diagnostics_channel';
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHANNELS } from '@callsheet/protocol';
import { expect } from 'chai';
import { useTempDir } from '../../../server/test/temp-dir.ts';
import { linesOf } from './open-file.ts';
import { openTestLogs, publish, request } from './open-logs.ts';

describe('The logs', () => {
  const temp = useTempDir();
  const folder = (): string => join(temp(), 'logs');

  it('listen while they are open, and no longer', async () => {
    const { logs, clock } = await openTestLogs(folder());
    await Promise.all([logs.close(), logs.close()]);
    for (const name of Object.values(CHANNELS)) expect(channel(name).hasSubscribers, name).to.equal(false);
    publish('requestEnd', request());
    expect(linesOf(folder(), 'metrics')).to.have.lengthOf(1);
    expect(clock.pending).to.equal(0);
    expect(logs.dropped).to.equal(0);
  });

  it('write what waits when asked', async () => {
    const { logs } = await openTestLogs(folder());
    publish('requestEnd', request());
    publish('connection', { type: 'slow_consumer' });
    await logs.flush();
    expect(linesOf(folder(), 'metrics')).to.have.lengthOf(1);
    expect(linesOf(folder(), 'events')).to.have.lengthOf(1);
    await logs.close();
  });

  it('are only those that are wanted', async () => {
    const { logs } = await openTestLogs(folder(), { limits: { events: false } });
    logs.event('alert', {});
    logs.line('warn', {}, 'careful');
    await logs.close();
    expect(readdirSync(folder())).to.deep.equal(['metrics.jsonl']);
    const none = await openTestLogs(join(temp(), 'none'), { limits: { events: false, metrics: false } });
    publish('requestEnd', request());
    await none.logs.close();
    expect(existsSync(join(temp(), 'none'))).to.equal(false);
  });

  it('rotate as told', async () => {
    const { logs } = await openTestLogs(folder(), { limits: { maxFileBytes: 400, filesKept: 2 } });
    for (let n = 0; n < 9; n++) publish('requestEnd', request());
    await logs.close();
    expect(readdirSync(folder()).sort()).to.deep.equal(['events.jsonl', 'metrics.1.jsonl', 'metrics.jsonl'].slice(1));
  });

  it('keep nobody from starting when the disk refuses, and tell how many lines are missing', async () => {
    mkdirSync(join(folder(), 'metrics.jsonl'), { recursive: true });
    const { logs, log, clock } = await openTestLogs(folder());
    expect(log.lines).to.have.lengthOf(1);
    for (let n = 0; n < 40_000; n++) publish('requestEnd', request());
    expect(logs.dropped).to.be.within(1, 39_999);
    const { dropped } = logs;
    rmdirSync(join(folder(), 'metrics.jsonl'));
    clock.advance(1_000);
    await logs.flush();
    const found = linesOf<{ event?: string; count?: number }>(folder(), 'metrics');
    expect(found.find(({ event }) => event === 'log.lost')).to.include({ count: dropped });
    await logs.close();
  });

  it('outlive whatever is told on a channel', async () => {
    const { logs, log } = await openTestLogs(folder());
    for (const name of ['requestEnd', 'job', 'connection', 'credential', 'occurrence'] as const) {
      publish(name, undefined);
      publish(name, null);
    }
    publish('requestEnd', request());
    await logs.close();
    expect(linesOf(folder(), 'metrics')).to.have.lengthOf(2);
    expect(log.lines).to.have.lengthOf(1);
    expect(log.lines[0]).to.match(/^Cannot write a line of the logs: /);
  });

  it('write what waits when the process ends without going down', async () => {
    let last = (): void => undefined;
    let stays = true;
    const atExit = (callback: () => void) => {
      last = callback;
      return () => {
        stays = false;
      };
    };
    const { logs } = await openTestLogs(folder(), { atExit });
    publish('requestEnd', request());
    last();
    expect(linesOf(folder(), 'metrics')).to.have.lengthOf(1);
    await logs.close();
    expect(stays).to.equal(false);
  });

  it('refuse options that cannot be used', async () => {
    const refused = (limits: object) => openTestLogs(folder(), { limits }).then(() => undefined, String);
    expect(await refused({ metricsEveryMs: 0 })).to.equal(
      'RangeError: Cannot open the logs: metricsEveryMs is 0; give a whole number, 1 or more',
    );
    expect(await refused({ filesKept: 1.5 })).to.equal(
      'RangeError: Cannot write "events.jsonl": filesKept is 1.5; give a whole number, 1 or more',
    );
    expect(await refused({ events: false, maxFileBytes: -1 })).to.contain('Cannot write "metrics.jsonl": maxFileBytes');
    for (const name of Object.values(CHANNELS)) expect(channel(name).hasSubscribers, name).to.equal(false);
  });
});
