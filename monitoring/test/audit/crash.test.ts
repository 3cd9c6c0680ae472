import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { childEnv } from '../../../server/test/child-env.ts';
import { useTempDir } from '../../../server/test/temp-dir.ts';
import { verifyAudit } from '../../src/index.ts';
import { killAfter } from '../kill-after.ts';
import { entry, KEY, linesOf, openTrail, readLines, writeTrail } from './open-trail.ts';

const SCRIPT = fileURLToPath(new URL('record-forever.ts', import.meta.url));
const FIRST = 'audit-000001.jsonl';
const CHECKPOINTS = 'checkpoints-000001.jsonl';

describe('An audit trail after a crash', () => {
  const temp = useTempDir();
  const folder = (): string => join(temp(), 'audit');
  const path = (name: string): string => join(folder(), name);
  const verify = () => verifyAudit({ folder: folder(), key: KEY });

  /** What the disk holds of a trail whose process died: three lines sealed, two not. */
  async function crashed(): Promise<void> {
    const { trail } = await openTrail(join(temp(), 'live'), { checkpointEvery: 3 });
    for (let line = 1; line <= 5; line++) trail.record(entry(line));
    await trail.flush();
    cpSync(join(temp(), 'live'), folder(), { recursive: true });
    await trail.close();
  }

  it('holds what was flushed before kill -9, and verifies, again and again', async () => {
    for (let round = 1; round <= 4; round++) {
      const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', SCRIPT, folder()], {
        env: childEnv,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [run, flushed] = await killAfter(child, round * 3);
      await writeTrail(folder(), 1, { maxFileBytes: 20_000, checkpointEvery: 7 });
      const found = await verify();
      expect(found).to.include({ ok: true });
      const seen = new Set(readLines(folder()).map(({ requestId }) => requestId));
      for (let line = 1; line <= flushed; line++) expect(seen.has(`${run}-${line}`), `line ${line}`).to.equal(true);
    }
    expect(readLines(folder()).some(({ kind }) => kind === 'audit.break')).to.equal(false);
  });

  it('goes on behind lines that no checkpoint sealed', async () => {
    await crashed();
    expect(await verify()).to.include({ ok: true, lines: 5 });
    await writeTrail(folder(), 1, { checkpointEvery: 3 });
    expect(readLines(folder()).map(({ kind }) => kind)).to.deep.equal(Array.from({ length: 6 }, () => 'call'));
    expect(await verify()).to.include({ ok: true, lines: 6 });
  });

  it('sets half a line aside and says so', async () => {
    await crashed();
    const size = statSync(path(FIRST)).size;
    const [, , , , last = ''] = linesOf(path(FIRST));
    truncateSync(path(FIRST), size - 10);
    expect(await verify()).to.include({ ok: true, lines: 4 });
    const { trail, log } = await openTrail(folder(), { checkpointEvery: 3 });
    await trail.close();
    expect(readFileSync(path(`${FIRST}.torn`), 'utf8')).to.equal(`${last.slice(0, -9)}\n`);
    const told = readLines(folder()).at(-1);
    expect(told).to.include({ seq: 5, kind: 'audit.recovered' });
    expect(told?.details).to.deep.equal({ file: FIRST, bytes: last.length - 9, to: `${FIRST}.torn` });
    expect(log.lines).to.deep.equal([
      `A crash left ${last.length - 9} bytes unfinished at the end of ${FIRST}; they are in ${FIRST}.torn now`,
    ]);
    expect(await verify()).to.include({ ok: true, lines: 5 });
  });

  it('stands at every place a power cut may leave it, and loses no whole line', async () => {
    await crashed();
    const good = readFileSync(path(FIRST));
    const sealed = linesOf(path(FIRST)).slice(0, 3).join('\n').length + 1;
    for (let size = sealed; size <= good.length; size += 7) {
      writeFileSync(path(FIRST), good.subarray(0, size));
      const copy = join(temp(), `at-${size}`);
      cpSync(folder(), copy, { recursive: true });
      const whole = good.subarray(0, size).toString().split('\n').length - 1;
      await writeTrail(copy, 1, { checkpointEvery: 3 });
      const calls = readLines(copy).filter(({ kind }) => kind === 'call');
      expect(calls).to.have.lengthOf(whole + 1);
      expect(await verifyAudit({ folder: copy, key: KEY }), `cut at ${size}`).to.include({ ok: true });
    }
  });

  it('sets half a checkpoint aside', async () => {
    await crashed();
    appendFileSync(path(CHECKPOINTS), '{"seq":5,"file":"aud');
    expect(await verify()).to.include({ ok: true });
    await writeTrail(folder(), 1, { checkpointEvery: 3 });
    expect(readFileSync(path(`${CHECKPOINTS}.torn`), 'utf8')).to.equal('{"seq":5,"file":"aud\n');
    expect(await verify()).to.include({ ok: true, lines: 7 });
  });

  it('begins again when not even the first checkpoint was finished', async () => {
    await writeTrail(folder(), 0);
    writeFileSync(path(CHECKPOINTS), '{"seq":0,');
    await writeTrail(folder(), 2);
    expect(readFileSync(path(`${CHECKPOINTS}.torn`), 'utf8')).to.equal('{"seq":0,');
    expect(await verify()).to.include({ ok: true, lines: 2 });
  });
});

describe('An audit trail that cannot be trusted', () => {
  const temp = useTempDir();
  const path = (name: string): string => join(temp(), name);
  const verify = (since?: string) => verifyAudit({ folder: temp(), key: KEY, ...(since && { since }) });
  const change = (name: string, how: (text: string) => string): void =>
    writeFileSync(path(name), how(readFileSync(path(name), 'utf8')));

  beforeEach(() => writeTrail(temp(), 5, { checkpointEvery: 2 }));

  const faults: [string, string, () => void][] = [
    ['its last line was changed', FIRST, () => change(FIRST, (text) => text.replace(/"r-5"/, '"r-6"'))],
    ['it was cut before a checkpoint', FIRST, () => truncateSync(path(FIRST), statSync(path(FIRST)).size - 1)],
    ['its file is missing', FIRST, () => rmSync(path(FIRST))],
    ['lines were added', FIRST, () => appendFileSync(path(FIRST), '{"seq":6}\n')],
    ['something was added', FIRST, () => appendFileSync(path(FIRST), `${linesOf(path(FIRST))[4]} `)],
    [
      'its last checkpoint was changed',
      CHECKPOINTS,
      () => change(CHECKPOINTS, (text) => text.replace(/"seq":5/, '"seq":4')),
    ],
    ['its checkpoints are missing', CHECKPOINTS, () => rmSync(path(CHECKPOINTS))],
    ['its checkpoints are empty', CHECKPOINTS, () => truncateSync(path(CHECKPOINTS), 0)],
    ['its checkpoints are no lines', CHECKPOINTS, () => writeFileSync(path(CHECKPOINTS), 'x'.repeat(10_000))],
  ];
  for (const [what, file, tamper] of faults) {
    it(`because ${what} is left as it is, and goes on in a new segment that says so`, async () => {
      tamper();
      const before = await verify();
      expect(before).to.include({ ok: false, file });
      const { trail, log } = await openTrail(temp(), { checkpointEvery: 2 });
      trail.record(entry(6));
      await trail.close();
      expect(log.lines)
        .to.have.lengthOf(1)
        .and.to.have.nested.property('[0]')
        .that.matches(/^Cannot trust the audit trail: \S+ .+; verify it\. It goes on in audit-000002\.jsonl$/);
      const [first, second] = linesOf(path('audit-000002.jsonl')).map((line) => JSON.parse(line));
      expect(first).to.include({ kind: 'audit.break', prev: '' });
      expect(first.details).to.include({ file });
      expect(second).to.include({ requestId: 'r-6', seq: first.seq + 1, prev: first.sig });
      expect(await verify()).to.deep.equal(before);
      expect(await verify('audit-000002.jsonl')).to.include({ ok: true, lines: 2, lastSeq: second.seq });
    });
  }

  it('goes on with the numbers of lines it knows', async () => {
    change(CHECKPOINTS, (text) => text.replace(/"seq":5/, '"seq":4'));
    await writeTrail(temp(), 1);
    expect(linesOf(path('audit-000002.jsonl')).map((line) => JSON.parse(line).seq)).to.deep.equal([6, 7]);
  });

  it('is good again when what was there before is put back, but not when less is', async () => {
    const [good, early] = [join(temp(), 'good'), join(temp(), 'early')];
    for (const name of [FIRST, CHECKPOINTS]) cpSync(path(name), join(good, name));
    await writeTrail(early, 2, { checkpointEvery: 2 });
    truncateSync(path(FIRST), 10);
    await writeTrail(temp(), 1);
    expect(await verify()).to.include({ ok: false });
    for (const name of [FIRST, CHECKPOINTS]) cpSync(join(good, name), path(name));
    expect(await verify()).to.include({ ok: true, lines: 7, lastSeq: 7 });
    for (const name of [FIRST, CHECKPOINTS]) cpSync(join(early, name), path(name));
    const found = await verify();
    expect(found).to.include({ ok: false, file: 'audit-000002.jsonl', line: 1 });
    expect(found).to.have.property('reason').that.contains('line 5 was sealed');
  });

  it('does not begin a new chain without saying why', async () => {
    const other = join(temp(), 'other');
    await writeTrail(other, 2);
    cpSync(join(other, FIRST), path('audit-000002.jsonl'));
    cpSync(join(other, CHECKPOINTS), path('checkpoints-000002.jsonl'));
    expect(await verify()).to.include({ ok: false, file: 'checkpoints-000002.jsonl', line: 1 });
  });

  it('cannot be verified since a file that has no such name', async () => {
    const error = await verify('2').then(() => undefined, String);
    expect(error).to.equal(
      'RangeError: Cannot verify since "2": give the name of an audit file, as audit-000004.jsonl',
    );
  });
});
