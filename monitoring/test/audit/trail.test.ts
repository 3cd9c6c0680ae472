import { createHmac, createSecretKey } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { useTempDir } from '../../../server/test/temp-dir.ts';
import { Redactor, verifyAudit } from '../../src/index.ts';
import { auditFiles, entry, KEY, linesOf, openTrail, readLines, writeTrail } from './open-trail.ts';

const FIRST = 'audit-000001.jsonl';
const CHECKPOINTS = 'checkpoints-000001.jsonl';
const KEY_TEXT = `csk_live_7Gq2ZpTa_${'a1B2c3D4'.repeat(6)}x`;

describe('The audit trail', () => {
  const temp = useTempDir();
  const folder = (): string => join(temp(), 'audit');

  it('writes lines whose signature anybody with the key can compute', async () => {
    const { trail } = await openTrail(folder());
    trail.record(
      entry(1, { credential: '7Gq2ZpTa', resource: 'job_1', address: '127.0.0.1', details: { seconds: 30 } }),
    );
    trail.record(entry(2, { decision: 'refused', code: 4030, principal: 'Ärger' }));
    await trail.close();
    let prev = '';
    for (const text of linesOf(join(folder(), FIRST))) {
      const { sig, ...facts } = JSON.parse(text) as Record<string, unknown> & { sig: string };
      expect(facts.prev).to.equal(prev);
      expect(sig).to.equal(
        createHmac('sha256', KEY)
          .update(prev + JSON.stringify(facts))
          .digest('base64url'),
      );
      prev = sig;
    }
    expect(linesOf(join(folder(), FIRST))[0]).to.match(
      /^\{"seq":1,"at":"2026-11-21T08:00:00\.000Z","kind":"call","principal":"anna","credential":"7Gq2ZpTa","action":"create_video","resource":"job_1","decision":"allowed","requestId":"r-1","address":"127\.0\.0\.1","details":\{"seconds":30\},"prev":"","sig":"[\w-]{43}"\}$/,
    );
    expect(readLines(folder())[1]).to.include({ seq: 2, principal: 'Ärger', decision: 'refused', code: 4030 });
  });

  it('is for its owner only', async () => {
    await writeTrail(folder(), 1);
    expect(statSync(folder()).mode & 0o777).to.equal(0o700);
    for (const name of [FIRST, CHECKPOINTS]) expect(statSync(join(folder(), name)).mode & 0o777).to.equal(0o600);
  });

  it('holds no secret', async () => {
    const { trail } = await openTrail(folder(), { redactor: new Redactor({ secrets: ['the pepper of it'] }) });
    trail.record(
      entry(1, { requestId: KEY_TEXT, resource: 'the pepper of it', details: { password: 'p', note: [KEY_TEXT] } }),
    );
    trail.record(
      entry(1, { action: KEY_TEXT, decision: 'refused', code: KEY_TEXT, address: `http://u:${KEY_TEXT}@h` }),
    );
    await trail.close();
    const text = readFileSync(join(folder(), FIRST), 'utf8');
    expect(text).not.to.contain(KEY_TEXT).and.not.to.contain('pepper of').and.not.to.contain('"p"');
    expect(readLines(folder())[0]?.details).to.deep.equal({ password: '[REDACTED]', note: ['[REDACTED]'] });
  });

  it('bounds what anybody can make it write', async () => {
    const { trail } = await openTrail(folder());
    trail.record(entry(1, { resource: 'x'.repeat(10_000), details: Array.from({ length: 9_000 }, () => 'y') }));
    await trail.close();
    const [line] = readLines(folder());
    expect(line?.resource).to.equal(`${'x'.repeat(512)}…`);
    expect(line?.details).to.deep.equal({ cut: 20_015 });
  });

  it('copies an entry at once, whatever becomes of it', async () => {
    const { trail } = await openTrail(folder());
    const details = { state: 'before' };
    trail.record(entry(1, { details }));
    details.state = 'after';
    await trail.close();
    expect(readLines(folder())[0]?.details).to.deep.equal({ state: 'before' });
  });

  it('never throws at who records', async () => {
    const { trail, log } = await openTrail(folder());
    const nasty = entry(1);
    Object.defineProperty(nasty, 'resource', {
      get() {
        throw new Error('nasty');
      },
    });
    trail.record(nasty);
    trail.record(nasty);
    await trail.close();
    trail.record(entry(2));
    expect(log.lines.filter((line) => line.includes('nasty'))).to.deep.equal(['Cannot record an entry: nasty']);
    expect(readLines(folder())).to.have.lengthOf(1).and.to.have.nested.property('[0].kind', 'audit.lost');
  });

  it('takes nobody’s word for what only it can say', async () => {
    const { trail, log } = await openTrail(folder());
    trail.record(entry(1, { kind: 'audit.removed', details: { through: 'audit-000099.jsonl' } }));
    await trail.close();
    expect(log.lines[0]).to.equal('Cannot record an entry: "audit.removed" is a kind of the trail\'s own');
    expect(readLines(folder()).map(({ kind }) => kind)).to.deep.equal(['audit.lost']);
  });

  it('goes on where it stood', async () => {
    await writeTrail(folder(), 3);
    await writeTrail(folder(), 2);
    expect(readLines(folder()).map(({ seq }) => seq)).to.deep.equal([1, 2, 3, 4, 5]);
    expect(await verifyAudit({ folder: folder(), key: KEY })).to.deep.equal({
      ok: true,
      lines: 5,
      checkpoints: 3,
      lastSeq: 5,
    });
  });

  it('is verified before anything happened, but not when there is none', async () => {
    expect(await verifyAudit({ folder: folder(), key: KEY })).to.include({
      ok: false,
      file: CHECKPOINTS,
      reason: 'is missing',
    });
    await writeTrail(folder(), 0);
    expect(await verifyAudit({ folder: folder(), key: KEY })).to.deep.equal({
      ok: true,
      lines: 0,
      checkpoints: 1,
      lastSeq: 0,
    });
  });

  it('chains across files', async () => {
    await writeTrail(folder(), 20, { maxFileBytes: 1_000 });
    expect(auditFiles(folder()).length).to.be.above(4);
    for (const name of auditFiles(folder())) expect(statSync(join(folder(), name)).size).to.be.at.most(1_000);
    const lines = readLines(folder());
    expect(lines.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: 20 }, (_, at) => at + 1));
    for (const [at, { prev }] of lines.entries()) expect(prev).to.equal(lines[at - 1]?.sig ?? '');
    expect(await verifyAudit({ folder: folder(), key: KEY })).to.include({ ok: true, lines: 20, lastSeq: 20 });
  });

  it('takes a line that is longer than a file', async () => {
    await writeTrail(folder(), 3, { maxFileBytes: 1 });
    expect(auditFiles(folder())).to.have.lengthOf(3);
    expect(await verifyAudit({ folder: folder(), key: KEY })).to.include({ ok: true, lines: 3 });
  });

  it('keeps as many files as it is told, and says which went', async () => {
    await writeTrail(folder(), 20, { maxFileBytes: 1_000, keepFiles: 2 });
    await writeTrail(folder(), 20, { maxFileBytes: 1_000, keepFiles: 2 });
    const files = auditFiles(folder());
    expect(files).to.have.lengthOf(2);
    const first = Number(files[0]?.slice(6, 12));
    const removed = readLines(folder()).filter(({ kind }) => kind === 'audit.removed');
    expect(removed.at(-1)?.details).to.deep.equal({ through: `audit-${String(first - 1).padStart(6, '0')}.jsonl` });
    const lastSeq = readLines(folder()).at(-1)?.seq;
    expect(await verifyAudit({ folder: folder(), key: KEY })).to.include({ ok: true, lastSeq });
  });

  it('seals every so many lines', async () => {
    const { trail } = await openTrail(folder(), { checkpointEvery: 10 });
    for (let line = 0; line < 35; line++) trail.record(entry(line));
    await trail.flush();
    const sealed = linesOf(join(folder(), CHECKPOINTS)).map((line) => JSON.parse(line).seq);
    expect(sealed).to.deep.equal([0, 10, 20, 30]);
    await trail.close();
    expect(linesOf(join(folder(), CHECKPOINTS)).map((line) => JSON.parse(line).seq)).to.deep.equal([0, 10, 20, 30, 35]);
  });

  it('seals a line that waited long enough', async () => {
    const { trail, clock } = await openTrail(folder(), { checkpointAfterMs: 5_000 });
    trail.record(entry(1));
    await trail.flush();
    clock.advance(4_999);
    await trail.flush();
    expect(linesOf(join(folder(), CHECKPOINTS))).to.have.lengthOf(1);
    clock.advance(1);
    await trail.flush();
    expect(linesOf(join(folder(), CHECKPOINTS))).to.have.lengthOf(2);
    await trail.close();
    expect(clock.pending).to.equal(0);
  });

  it('refuses options it cannot use', async () => {
    const cases = [
      { key: createSecretKey(Buffer.alloc(31, 1)) },
      { folder: '' },
      { maxFileBytes: 0 },
      { checkpointEvery: 1.5 },
      { checkpointAfterMs: Number.NaN },
      { keepFiles: -1 },
    ];
    for (const options of cases) {
      const error = await openTrail(folder(), options).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(RangeError);
      expect(String(error)).to.match(/Cannot open the audit trail: .+; (give|make) /);
    }
  });
});

describe('Refusals in the audit trail', () => {
  const temp = useTempDir();
  const refused = (address: string, action = 'keys/list', code = 4030) =>
    entry(1, { principal: undefined, decision: 'refused', address, action, code });

  it('that repeat within a second are one line', async () => {
    const { trail, clock } = await openTrail(temp());
    for (let time = 0; time < 1_000; time++) trail.record(refused('10.0.0.1'));
    trail.record(refused('10.0.0.2'));
    trail.record(refused('10.0.0.1', 'keys/revoke'));
    trail.record(refused('10.0.0.1', 'keys/list', 4290));
    clock.advance(1_000);
    trail.record(refused('10.0.0.1'));
    await trail.close();
    const told = readLines(temp()).map(({ address, action, code, times }) => [address, action, code, times]);
    expect(told).to.deep.equal([
      ['10.0.0.1', 'keys/list', 4030, 1_000],
      ['10.0.0.2', 'keys/list', 4030, undefined],
      ['10.0.0.1', 'keys/revoke', 4030, undefined],
      ['10.0.0.1', 'keys/list', 4290, undefined],
      ['10.0.0.1', 'keys/list', 4030, undefined],
    ]);
  });

  it('name each thing somebody reached for', async () => {
    const { trail } = await openTrail(temp());
    for (const resource of ['create_video', 'add_voice', 'create_video']) {
      trail.record(entry(1, { decision: 'refused', action: 'tools/call', code: 4030, resource }));
    }
    await trail.close();
    expect(readLines(temp()).map(({ resource, times }) => [resource, times])).to.deep.equal([
      ['create_video', 2],
      ['add_voice', undefined],
    ]);
  });

  it('cannot fill the disk from ten thousand addresses, with ten thousand codes, or for ten thousand things', async () => {
    const { trail } = await openTrail(temp());
    for (let from = 0; from < 10_000; from++) trail.record(refused(`10.0.${from >> 8}.${from & 255}`));
    for (let code = 0; code < 10_000; code++) trail.record(refused('10.1.0.0', 'x', code));
    for (let thing = 0; thing < 10_000; thing++) trail.record({ ...refused('10.1.0.0'), resource: `job_${thing}` });
    await trail.close();
    const lines = readLines(temp());
    expect(lines.length).to.be.at.most(402);
    expect(lines.reduce((sum, { times = 1 }) => sum + times, 0)).to.equal(30_000);
  });

  it('are told at the time of the first', async () => {
    const { trail, clock } = await openTrail(temp());
    trail.record(refused('10.0.0.1'));
    clock.advance(900);
    trail.record(refused('10.0.0.1'));
    await trail.close();
    expect(readLines(temp())).to.have.lengthOf(1).and.to.have.nested.property('[0].at', '2026-11-21T08:00:00.000Z');
  });
});
