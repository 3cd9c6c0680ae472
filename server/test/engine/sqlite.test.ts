import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import type { Driver } from '../../src/engine/embedded/driver.ts';
import { DATABASE_FILE, openEmbeddedEngine } from '../../src/engine/embedded/open.ts';
import { childEnv } from '../child-env.ts';
import { keptLog } from '../kept-log.ts';
import { useTempDir } from '../temp-dir.ts';

const hasBuiltIn = isBuiltin('node:sqlite');
const drivers: Driver['name'][] = ['node-sqlite3-wasm', ...(hasBuiltIn ? (['node:sqlite'] as const) : [])];

describe('embedded engine', () => {
  const directory = useTempDir();

  it('takes the SQLite built into Node where there is one', async () => {
    const engine = await openEmbeddedEngine({ dataDir: ':memory:', log: keptLog() });
    expect(engine.driver).to.equal(hasBuiltIn ? 'node:sqlite' : 'node-sqlite3-wasm');
    engine.close();
  });

  it('says so when the wanted driver is not there', async function () {
    if (hasBuiltIn) this.skip();
    const opening = openEmbeddedEngine({ dataDir: directory(), driver: 'node:sqlite', log: keptLog() });
    expect(await opening.catch((error: Error) => error.message)).to.match(/Cannot use node:sqlite: Node v20/);
    // The lock was given back, so the next try is not told of an owner.
    (await openEmbeddedEngine({ dataDir: directory(), log: keptLog() })).close();
  });

  for (const driver of drivers) {
    describe(`on ${driver}`, () => {
      const open = () => openEmbeddedEngine({ dataDir: directory(), driver, log: keptLog() });
      const TABLE = ['CREATE TABLE notes (n INTEGER PRIMARY KEY, text TEXT UNIQUE, bytes BLOB)'];

      it('keeps numbers, texts, bytes and nothing, over a restart', async () => {
        const first = await open();
        first.migrate('notes', TABLE);
        const insert = first.prepare('INSERT INTO notes VALUES (?1, ?2, ?3)');
        const changes = await first.write(() => insert.run(2 ** 41, 'ä𝄞', new Uint8Array([0, 255])));
        expect(changes).to.equal(1);
        await first.write(() => insert.run(2, null, null));
        first.close();
        const second = await open();
        second.migrate('notes', TABLE);
        const rows = second.prepare('SELECT * FROM notes ORDER BY n').all();
        expect(rows.map((row) => ({ ...row }))).to.deep.equal([
          { n: 2, text: null, bytes: null },
          { n: 2 ** 41, text: 'ä𝄞', bytes: new Uint8Array([0, 255]) },
        ]);
        second.close();
      });

      it('loses nothing that was acknowledged, and keeps nothing that was not, when a batch has a bad write', async () => {
        const engine = await open();
        engine.migrate('notes', TABLE);
        const insert = engine.prepare('INSERT INTO notes (text) VALUES (?1)');
        const outcomes = await Promise.allSettled(
          ['a', 'b', 'a', 'c'].map((text, index) =>
            engine.write(() => {
              insert.run(text);
              if (index === 1) throw new CallError('CONFLICT', 'changed my mind');
            }),
          ),
        );
        expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
        const texts = engine
          .prepare('SELECT text FROM notes ORDER BY n')
          .all()
          .map(({ text }) => text);
        expect(texts).to.deep.equal(['a', 'c']);
        engine.close();
      });

      it('uses a statement again after it failed', async () => {
        const engine = await open();
        engine.migrate('notes', TABLE);
        const insert = engine.prepare('INSERT INTO notes (text) VALUES (?1)');
        await engine.write(() => insert.run('a'));
        await engine.write(() => insert.run('a')).catch(() => undefined);
        await engine.write(() => insert.run('b'));
        expect(engine.prepare('SELECT count(*) AS count FROM notes').get()).to.include({ count: 2 });
        engine.close();
      });

      it('writes ahead with a full sync, and keeps its file to itself', async () => {
        const engine = await open();
        expect(engine.prepare('SELECT * FROM pragma_journal_mode').get()).to.include({ journal_mode: 'wal' });
        expect(engine.prepare('SELECT * FROM pragma_synchronous').get()).to.include({ synchronous: 2 });
        // The log exists before the directory is synced, so that its name survives a power cut.
        expect(readdirSync(directory())).to.include(`${DATABASE_FILE}-wal`);
        engine.close();
      });

      it('refuses a second gateway on the same directory', async () => {
        const engine = await open();
        const second = open();
        expect(await second.catch((error: Error) => error.message)).to.contain(`process ${process.pid} owns it`);
        engine.close();
        (await open()).close();
      });

      it('takes changes inside write() only', async () => {
        const engine = await open();
        engine.migrate('notes', TABLE);
        expect(() => engine.prepare('DELETE FROM notes').run()).to.throw('inside write() only');
        engine.close();
      });

      it('refuses a database of a newer program, and upgrades one of an older', async () => {
        const engine = await open();
        engine.migrate('notes', TABLE);
        engine.migrate('notes', [...TABLE, 'ALTER TABLE notes ADD COLUMN more TEXT']);
        expect(engine.prepare('SELECT more FROM notes').all()).to.deep.equal([]);
        expect(() => engine.migrate('notes', TABLE)).to.throw(
          /"notes" tables have version 2, and this program knows 1/,
        );
        engine.close();
      });

      it('takes a failed upgrade back', async () => {
        const engine = await open();
        const broken = [...TABLE, 'CREATE TABLE other (n); CREATE TABLE notes (n)'];
        expect(() => engine.migrate('notes', broken)).to.throw('already exists');
        expect(() => engine.prepare('SELECT * FROM other')).to.throw('no such table');
        engine.migrate('notes', [...TABLE, 'CREATE TABLE other (n)']);
        engine.close();
      });

      it('closes twice without complaint', async () => {
        const engine = await open();
        engine.close();
        expect(() => engine.close()).not.to.throw();
      });
    });
  }

  it('says what is wrong with a file that is no database, and gives the directory free again', async () => {
    writeFileSync(join(directory(), DATABASE_FILE), 'this is a text, not a database, and it is long enough to see it');
    const opening = () => openEmbeddedEngine({ dataDir: directory(), log: keptLog() });
    for (let i = 0; i < 2; i++) {
      expect(await opening().catch((error: Error) => error.message)).to.contain('not a database');
    }
  });

  it('opens again after kill -9, clearing the lock the WebAssembly driver leaves behind', async () => {
    const script = `
      import { openEmbeddedEngine } from ${JSON.stringify(new URL('../../src/engine/embedded/open.ts', import.meta.url).href)};
      const log = { info() {} };
      const engine = await openEmbeddedEngine({ dataDir: process.argv[1], driver: 'node-sqlite3-wasm', log });
      engine.migrate('notes', ['CREATE TABLE notes (text TEXT)']);
      await engine.write(() => engine.prepare('INSERT INTO notes VALUES (?1)').run('acknowledged'));
      process.kill(process.pid, 'SIGKILL');`;
    const node = ['--import', 'tsx', '--conditions=source', '--input-type=module', '-e', script, directory()];
    const child = spawnSync(process.execPath, node, { env: childEnv, encoding: 'utf8' });
    expect(child.signal, child.stderr).to.equal('SIGKILL');
    expect(existsSync(join(directory(), `${DATABASE_FILE}.lock`))).to.equal(true);
    const engine = await openEmbeddedEngine({ dataDir: directory(), log: keptLog() });
    expect(
      engine
        .prepare('SELECT text FROM notes')
        .all()
        .map(({ text }) => text),
    ).to.deep.equal(['acknowledged']);
    engine.close();
  });

  it('does not play back a journal that is older than the write-ahead log', async () => {
    const first = await openEmbeddedEngine({ dataDir: directory(), log: keptLog() });
    first.close();
    const journal = join(directory(), `${DATABASE_FILE}-journal`);
    writeFileSync(journal, 'left by a kill during the very first start');
    (await openEmbeddedEngine({ dataDir: directory(), log: keptLog() })).close();
    expect(existsSync(journal)).to.equal(false);
  });

  it('does not remove a lock that is no lock of the driver', async () => {
    mkdirSync(join(directory(), `${DATABASE_FILE}.lock`, 'something'), { recursive: true });
    const opening = openEmbeddedEngine({ dataDir: directory(), log: keptLog() });
    expect(await opening.catch((error: Error) => error.message)).to.contain('ENOTEMPTY');
  });

  it('refuses a text that the WebAssembly driver would cut off', async () => {
    const engine = await openEmbeddedEngine({ dataDir: ':memory:', driver: 'node-sqlite3-wasm', log: keptLog() });
    expect(() => engine.prepare('SELECT ?1').get('a\0b')).to.throw('"a\\u0000b"');
    engine.close();
  });
});
