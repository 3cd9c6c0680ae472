import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { AlertMemory } from '../../src/observation/alert-memory.ts';
import { keptLog } from '../kept-log.ts';
import { useTempDir } from '../temp-dir.ts';
import { BUSY, closed, type Watched, watchedGateways } from './watched-gateway.ts';

describe('what operators said about alerts', () => {
  describe('in a gateway', () => {
    const open = watchedGateways();

    /** With somebody connected, until it fires. */
    async function firing(watched: Watched) {
      const admin = watched.as('admin');
      await admin.ask('ping');
      watched.clock.advance(3_000);
      const [rule] = (await admin.ask('alerts/list')).result.rules as JsonObject[];
      const [alert] = (rule?.alerts ?? []) as JsonObject[];
      return { admin, alert };
    }

    it('is known after a restart: who looks after what, and what nobody is told of', async () => {
      const before = await open(BUSY);
      const { admin, alert } = await firing(before);
      expect(alert).to.include({ name: 'busy', state: 'firing' });
      await admin.ask('alerts/ack', { alert: alert?.id, comment: 'on it' });
      const matchers = [{ label: 'alertname', value: 'busy' }];
      const silence = (await admin.ask('alerts/silence', { matchers, minutes: 60, comment: 'moving' })).result;
      // However long it takes to go down: that nobody is connected any more is no news then.
      const after = await before.restart(BUSY, 1_500);
      const list = (await after.as('admin').ask('alerts/list')).result;
      expect(list.silences).to.deep.equal([silence]);
      const [known] = (list.rules as JsonObject[]).flatMap(({ alerts }) => alerts as JsonObject[]);
      expect(known).to.deep.include({ id: alert?.id, state: 'firing', silencedBy: [silence.id] });
      expect(known?.acknowledged).to.include({ comment: 'on it' });
      expect(known?.activeAt).to.equal(alert?.activeAt);
    });

    it('is not known when it was taken back, and ends by itself in time', async () => {
      const before = await open(BUSY);
      const { admin } = await firing(before);
      const matchers = [{ label: 'alertname', value: 'busy' }];
      const long = (await admin.ask('alerts/silence', { matchers, minutes: 60 })).result;
      await admin.ask('alerts/silence', { matchers, minutes: 1 });
      await admin.ask('alerts/unsilence', { silence: long.id });
      before.clock.advance(60_000);
      const after = await before.restart();
      expect((await after.as('admin').ask('alerts/list')).result.silences).to.deep.equal([]);
    });

    it('is forgotten, and the gateway serves, when the file is damaged', async () => {
      const before = await open(BUSY);
      await firing(before);
      const file = join(before.dataDir, 'alerts.json');
      for (const damaged of ['{"version":1,"sil', '{}', 'null', '{"version":1,"silences":[{}],"firing":[7]}']) {
        await closed(before);
        await writeFile(file, damaged);
        const after = await before.restart();
        const list = (await after.as('admin').ask('alerts/list')).result;
        expect(list.silences, damaged).to.deep.equal([]);
        expect((list.rules as JsonObject[])[0], damaged).to.include({ name: 'busy', state: 'ok' });
        await closed(after);
      }
    });
  });

  describe('in its file', () => {
    const folder = useTempDir();

    it('is nothing at first, and the newest afterwards', async () => {
      const memory = new AlertMemory(folder(), keptLog());
      expect(await memory.read()).to.equal(undefined);
      void memory.write(() => ({ n: 1 }));
      void memory.write(() => ({ n: 2 }));
      await memory.write(() => ({ n: 3 }));
      expect(await memory.read()).to.deep.equal({ n: 3 });
    });

    it('is written once for all that changes together, as it is by then', async () => {
      const memory = new AlertMemory(folder(), keptLog());
      let looks = 0;
      let alerts = 0;
      const state = (): object => ({ looks: ++looks, alerts });
      for (alerts = 0; alerts < 1_000; alerts++) void memory.write(state);
      await memory.write(state);
      expect(await memory.read()).to.deep.equal({ looks: 1, alerts: 1_000 });
      await memory.write(state);
      expect(await memory.read()).to.deep.equal({ looks: 2, alerts: 1_000 });
    });

    it('is told of in the log when it cannot be read', async () => {
      const log = keptLog();
      await writeFile(join(folder(), 'alerts.json'), '{');
      expect(await new AlertMemory(folder(), log).read()).to.equal(undefined);
      expect(log.lines).to.have.length(1);
    });

    it('is written again when it could not be, and costs nobody anything meanwhile', async () => {
      const log = keptLog();
      const dataDir = join(folder(), 'data');
      await writeFile(dataDir, 'in the way');
      const memory = new AlertMemory(dataDir, log);
      await memory.write(() => ({ n: 1 }));
      await memory.write(() => ({ n: 2 }));
      expect(log.lines).to.deep.equal(['what is known of alerts cannot be stored']);
      await rm(dataDir);
      await mkdir(dataDir);
      await memory.write(() => ({ n: 1 }));
      expect(await readFile(join(dataDir, 'alerts.json'), 'utf8')).to.equal('{"n":1}');
    });
  });
});
