import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { useTempDir } from '../../../server/test/temp-dir.ts';
import { type AuditPage, type AuditQuery, verifyAudit } from '../../src/index.ts';
import { auditFiles, entry, KEY, type Opened, openTrail, readLines } from './open-trail.ts';

describe('A query of the audit trail', () => {
  const temp = useTempDir();
  let opened: Opened;
  const query = (wanted: Partial<AuditQuery>): Promise<AuditPage> => opened.trail.query({ limit: 10, ...wanted });
  const numbers = ({ lines }: AuditPage): number[] => lines.map(({ seq }) => seq);

  /** Thirty lines in several files, one a minute; every third by berta, every fifth refused. */
  beforeEach(async () => {
    opened = await openTrail(temp(), { maxFileBytes: 2_000 });
    for (let line = 1; line <= 30; line++) {
      const decision = line % 5 === 0 ? 'refused' : 'allowed';
      const action = line % 2 === 0 ? 'keys/list' : 'create_video';
      opened.trail.record(entry(line, { principal: line % 3 === 0 ? 'berta' : 'anna', decision, action }));
      await opened.trail.flush();
      opened.clock.advance(60_000);
    }
  });
  afterEach(() => opened.trail.close());

  it('answers the newest first, page by page', async () => {
    expect(auditFiles(temp()).length).to.be.above(3);
    const seen: number[] = [];
    let before: number | undefined;
    do {
      const page = await query(before === undefined ? { limit: 7 } : { limit: 7, before });
      seen.push(...numbers(page));
      before = page.next;
    } while (before !== undefined);
    expect(seen).to.deep.equal(Array.from({ length: 30 }, (_, at) => 30 - at));
  });

  it('answers what came after a line, the oldest first', async () => {
    const page = await query({ after: 12, limit: 5 });
    expect(numbers(page)).to.deep.equal([13, 14, 15, 16, 17]);
    expect(page.next).to.equal(17);
    expect(await query({ after: 28 }))
      .to.have.property('lines')
      .with.lengthOf(2);
    expect(await query({ after: 28 })).not.to.have.property('next');
    expect(await query({ after: 30 })).to.deep.equal({ lines: [] });
  });

  it('finds by principal, action, decision and time, and by all together', async () => {
    expect(numbers(await query({ principal: 'berta', limit: 3 }))).to.deep.equal([30, 27, 24]);
    expect(numbers(await query({ action: 'keys/list', limit: 2 }))).to.deep.equal([30, 28]);
    expect(numbers(await query({ decision: 'refused' }))).to.deep.equal([30, 25, 20, 15, 10, 5]);
    const from = '2026-11-21T08:09:00Z';
    expect(numbers(await query({ from, to: '2026-11-21T09:12:00+01:00' }))).to.deep.equal([12, 11, 10]);
    expect(
      numbers(await query({ principal: 'anna', action: 'keys/list', decision: 'refused', after: 0 })),
    ).to.deep.equal([10, 20]);
    expect(await query({ principal: 'nobody' })).to.deep.equal({ lines: [] });
  });

  it('answers whole lines as they were written', async () => {
    expect((await query({ after: 0, limit: 30 })).lines).to.deep.equal(readLines(temp()));
  });

  it('tells what was recorded just before it was asked', async () => {
    opened.trail.record(entry(31));
    opened.trail.record(entry(32, { decision: 'refused' }));
    expect((await query({ limit: 2 })).lines.map(({ requestId }) => requestId)).to.have.members(['r-31', 'r-32']);
  });

  it('passes over what is no line', async () => {
    const last = auditFiles(temp()).at(-1) ?? '';
    appendFileSync(join(temp(), last), 'nonsense\n{"seq":31,"at":\n{"seq":32');
    expect(numbers(await query({ limit: 2 }))).to.deep.equal([30, 29]);
    expect(numbers(await query({ after: 28 }))).to.deep.equal([29, 30]);
    writeFileSync(join(temp(), 'audit-000099.jsonl'), 'x'.repeat(3_000_000));
    expect(numbers(await query({ limit: 2 }))).to.deep.equal([30, 29]);
    expect(numbers(await query({ after: 28 }))).to.deep.equal([29, 30]);
  });

  it('is refused when it cannot be meant', async () => {
    const wrong: Partial<AuditQuery>[] = [
      ...[
        { limit: 0 },
        { limit: 1_001 },
        { limit: 1.5 },
        { after: -1 },
        { before: Number.NaN },
        { from: 'yesterday' },
        { to: '' },
      ],
      { after: 1, before: 2 },
    ];
    for (const part of wrong) {
      const error = await query(part).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(RangeError);
      expect(String(error)).to.match(/^RangeError: Cannot read the audit trail.+; give /);
    }
  });

  it('and a verification see a whole trail while it is written', async () => {
    await opened.trail.close();
    opened = await openTrail(temp(), { maxFileBytes: 20_000, checkpointEvery: 25 });
    let recorded = 30;
    let enough = false;
    const recording = (async () => {
      while (!enough && recorded < 8_000) {
        for (let line = 0; line < 10; line++) opened.trail.record(entry(++recorded));
        await new Promise(setImmediate);
      }
    })();
    for (let round = 0; round < 20; round++) {
      const { lines } = await query({ limit: 50 });
      const first = lines[0]?.seq ?? 0;
      expect(lines.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: lines.length }, (_, at) => first - at));
      expect(await verifyAudit({ folder: temp(), key: KEY })).to.include({ ok: true });
    }
    enough = true;
    await recording;
    await opened.trail.flush();
    expect(await verifyAudit({ folder: temp(), key: KEY })).to.include({ ok: true, lastSeq: recorded });
  });
});
