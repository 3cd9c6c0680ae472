import { createSecretKey } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { useTempDir } from '../../../server/test/temp-dir.ts';
import { type Verification, verifyAudit } from '../../src/index.ts';
import { auditFiles, KEY, linesOf, writeTrail } from './open-trail.ts';

const CHECKPOINTS = 'checkpoints-000001.jsonl';
const AUDIT = ['audit-000001.jsonl', 'audit-000002.jsonl', 'audit-000003.jsonl'];

describe('A trail somebody changed', () => {
  const temp = useTempDir();
  const path = (name: string): string => join(temp(), name);
  const verify = (): Promise<Verification> => verifyAudit({ folder: temp(), key: KEY });
  const put = (name: string, lines: readonly string[]): void =>
    writeFileSync(path(name), lines.map((line) => `${line}\n`).join(''));

  /** Three files of three lines, a checkpoint after every other line. */
  beforeEach(async () => {
    await writeTrail(temp(), 9, { maxFileBytes: 900, checkpointEvery: 2 });
    expect(auditFiles(temp())).to.deep.equal(AUDIT);
    for (const name of AUDIT) expect(linesOf(path(name))).to.have.lengthOf(3);
    expect(await verify()).to.include({ ok: true, lines: 9 });
  });

  for (const name of [...AUDIT, CHECKPOINTS]) {
    it(`by one bit of any byte of ${name} is found, in its line`, async () => {
      const good = readFileSync(path(name));
      let line = 1;
      for (const [at, byte] of good.entries()) {
        const bad = Buffer.from(good);
        bad[at] = byte ^ (1 << (at % 8));
        writeFileSync(path(name), bad);
        expect(await verify(), `byte ${at}`).to.include({ ok: false, file: name, line });
        if (byte === 10) line++;
      }
    });

    it(`by a line moved down in ${name} is found where it stood`, async () => {
      const good = linesOf(path(name));
      for (let at = 0; at < good.length - 1; at++) {
        put(name, good.toSpliced(at, 2, good[at + 1] ?? '', good[at] ?? ''));
        expect(await verify()).to.include({ ok: false, file: name, line: at + 1 });
      }
    });

    it(`by a line twice in ${name} is found at the second`, async () => {
      const good = linesOf(path(name));
      for (const [at, line] of good.entries()) {
        put(name, good.toSpliced(at, 0, line));
        expect(await verify()).to.include({ ok: false, file: name, line: at + 2 });
      }
    });

    it(`by a line taken out of ${name} is found where it was`, async () => {
      const good = linesOf(path(name));
      // Without the last checkpoint one line is not sealed, as it may be in any trail that is being written.
      const lines = name === CHECKPOINTS ? good.length - 1 : good.length;
      for (let at = 0; at < lines; at++) {
        put(name, good.toSpliced(at, 1));
        expect(await verify(), `line ${at + 1}`).to.include({ ok: false, file: name, line: at + 1 });
      }
    });
  }

  for (const name of AUDIT) {
    it(`by cutting ${name} anywhere is found at the first line that is not whole`, async () => {
      const good = readFileSync(path(name));
      let line = 1;
      for (const [at, byte] of good.entries()) {
        writeFileSync(path(name), good.subarray(0, at));
        expect(await verify(), `byte ${at}`).to.include({ ok: false, file: name, line });
        if (byte === 10) line++;
      }
    });

    it(`by taking ${name} away is found`, async () => {
      rmSync(path(name));
      expect(await verify()).to.include({ ok: false, file: name, line: 1 });
    });
  }

  it('by more checkpoints cut off than may be missing is found at the first', async () => {
    const good = linesOf(path(CHECKPOINTS));
    for (let left = 1; left < good.length - 1; left++) {
      put(CHECKPOINTS, good.slice(0, left));
      expect(await verify(), `${left} left`).to.include({ ok: false, file: CHECKPOINTS, line: left + 1 });
    }
  });

  it('cannot be passed off as signed with another key', async () => {
    const key = createSecretKey(Buffer.alloc(32, 8));
    const found = await verifyAudit({ folder: temp(), key });
    expect(found).to.include({ ok: false, file: CHECKPOINTS, line: 1 });
    expect(found).to.have.property('reason').that.contains('another key');
  });

  it('by taking the checkpoints away is found', async () => {
    rmSync(path(CHECKPOINTS));
    expect(await verify()).to.include({ ok: false, file: CHECKPOINTS, line: 1 });
  });

  it('by files that changed places is found', async () => {
    for (const [one, other] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const [a = '', b = ''] = [AUDIT[one], AUDIT[other]];
      const swap = (): void => {
        renameSync(path(a), path('x'));
        renameSync(path(b), path(a));
        renameSync(path('x'), path(b));
      };
      swap();
      expect(await verify()).to.include({ ok: false, file: a, line: 1 });
      swap();
    }
  });

  it('by another file at its end is found', async () => {
    copyFileSync(path('audit-000003.jsonl'), path('audit-000004.jsonl'));
    expect(await verify()).to.include({ ok: false, file: 'audit-000004.jsonl', line: 1 });
    renameSync(path('audit-000004.jsonl'), path('audit-000005.jsonl'));
    expect(await verify()).to.include({ ok: false, file: 'audit-000004.jsonl', line: 1 });
  });

  it('by lines of another trail under the same key is found', async () => {
    const other = path('other');
    mkdirSync(other);
    await writeTrail(other, 9, { maxFileBytes: 900, checkpointEvery: 2, now: () => Date.UTC(2027, 0, 1) });
    copyFileSync(join(other, 'audit-000003.jsonl'), path('audit-000003.jsonl'));
    expect(await verify()).to.include({ ok: false, file: 'audit-000003.jsonl', line: 1 });
    for (const name of AUDIT) copyFileSync(join(other, name), path(name));
    expect(await verify()).to.include({ ok: false, file: 'audit-000001.jsonl', line: 2 });
  });

  it('by passing a checkpoint off as a line, or a line as a checkpoint, is found', async () => {
    const [first = ''] = linesOf(path('audit-000001.jsonl'));
    const [checkpoint = ''] = linesOf(path(CHECKPOINTS));
    put('audit-000001.jsonl', [checkpoint]);
    expect(await verify()).to.include({ ok: false, file: 'audit-000001.jsonl', line: 1 });
    put(CHECKPOINTS, [first]);
    expect(await verify()).to.include({ ok: false, file: CHECKPOINTS, line: 1 });
  });
});
