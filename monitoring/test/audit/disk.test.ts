import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { childEnv } from '../../../server/test/child-env.ts';
import { useTempDir } from '../../../server/test/temp-dir.ts';
import { AppendFile } from '../../src/audit/append-file.ts';
import { verifyAudit } from '../../src/index.ts';
import { entry, KEY, openTrail, readLines } from './open-trail.ts';

const SCRIPT = fileURLToPath(new URL('fill-disk.ts', import.meta.url));

describe('An audit trail whose disk refuses', () => {
  const temp = useTempDir();
  const first = (): string => join(temp(), 'audit-000001.jsonl');

  it('keeps what it can, counts what it cannot, says so once, and writes all that when it can', async () => {
    const { trail, clock, log } = await openTrail(temp(), { maxWaiting: 10 });
    mkdirSync(first());
    for (let line = 1; line <= 25; line++) trail.record(entry(line));
    await trail.flush();
    trail.record(entry(26));
    await trail.flush();
    clock.advance(1_000);
    await trail.flush();
    expect(log.lines)
      .to.have.lengthOf(1)
      .and.to.have.nested.property('[0]')
      .that.matches(/^Cannot write the audit trail: EISDIR/);
    rmdirSync(first());
    clock.advance(1_000);
    await trail.close();
    const lines = readLines(temp());
    expect(lines.map(({ kind }) => kind)).to.deep.equal([...Array.from({ length: 10 }, () => 'call'), 'audit.lost']);
    expect(lines.at(-1)?.details).to.deep.equal({ count: 16 });
    expect(log.lines.slice(1)).to.deep.equal([
      'Lost 16 lines of the audit trail: the disk was too slow or full',
      'The audit trail is written again',
    ]);
    expect(await verifyAudit({ folder: temp(), key: KEY })).to.include({ ok: true, lines: 11 });
  });

  it('is as it was when a write took only half, and goes on when the disk is another', async () => {
    symlinkSync('/dev/full', first());
    const file = new AppendFile(first());
    const refused = await file.append('a line\n').then(() => undefined, String);
    expect(refused).to.contain('ENOSPC');
    unlinkSync(first());
    await file.append('a line\n');
    await file.append('another\n');
    await file.close();
    expect(file.bytes).to.equal(15);
    expect(readFileSync(first(), 'utf8')).to.equal('a line\nanother\n');
  });

  it('does not hold up the end of the gateway', async () => {
    const { trail, clock, log } = await openTrail(temp());
    mkdirSync(first());
    trail.record(entry(1));
    await trail.close();
    await trail.close();
    expect(log.lines.at(-1)).to.equal('Cannot write the last 1 lines of the audit trail: the disk refuses them');
    expect(clock.pending).to.equal(0);
  });

  it('takes back half a line and goes on with the whole one', function () {
    // A limit on the size of files stands in for the end of the disk.
    if (spawnSync('prlimit', ['--version']).status !== 0) {
      console.log('      skipped: needs prlimit, which is not installed');
      this.skip();
    }
    const node = ['--import', 'tsx', '--conditions=source', SCRIPT, temp()];
    const told = JSON.parse(execFileSync(process.execPath, node, { env: childEnv, encoding: 'utf8' }));
    expect(told.full).to.deep.equal({ ok: true, whole: true });
    expect(told.afterwards).to.include({ ok: true, lines: 200 });
    expect(told.log).to.have.lengthOf(2);
  });
});
