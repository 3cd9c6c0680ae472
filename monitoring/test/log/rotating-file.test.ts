import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  createReadStream,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { useTempDir } from '../../../server/test/temp-dir.ts';
import { filesOf, linesOf, openFile } from './open-file.ts';

const line = (n: number): string => `{"n":${n}}\n`;
const numbers = (folder: string): number[] => linesOf<{ n: number }>(folder).map(({ n }) => n);

describe('A file of lines that rotates', () => {
  const temp = useTempDir();
  const folder = (): string => join(temp(), 'logs');
  const newest = (): string => join(folder(), 'log.jsonl');

  it('writes what waits after 200 ms, readable by its owner and those who collect logs', async () => {
    const { file, clock } = await openFile(folder());
    file.write(line(1));
    file.write(line(2));
    clock.advance(199);
    expect(filesOf(folder())).to.deep.equal([]);
    clock.advance(1);
    await file.flush();
    expect(numbers(folder())).to.deep.equal([1, 2]);
    expect(statSync(newest()).mode & 0o777).to.equal(0o640);
    await file.close();
    expect(clock.pending).to.equal(0);
  });

  it('writes before that when there is enough to write', async () => {
    const { file, clock } = await openFile(folder(), { flushAt: 30 });
    for (let n = 1; n <= 4; n++) file.write(line(n));
    // The write is under way; a flush of nothing waits for it.
    await file.flush();
    expect(numbers(folder())).to.deep.equal([1, 2, 3, 4]);
    expect(clock.pending, 'the appointment of the first line').to.equal(1);
    await file.close();
  });

  it('leaves few lines waiting for more while a write is under way', async () => {
    const { file } = await openFile(folder(), { flushAt: 24 });
    for (let n = 1; n <= 4; n++) file.write(line(n));
    await expectEventually(() => numbers(folder()).length >= 3);
    expect(numbers(folder())).to.deep.equal([1, 2, 3]);
    await file.close();
    expect(numbers(folder())).to.deep.equal([1, 2, 3, 4]);
  });

  it('keeps so many files, the oldest with the highest number', async () => {
    const { file } = await openFile(folder(), { maxFileBytes: 24, filesKept: 3 });
    for (let n = 1; n <= 20; n++) file.write(line(n));
    await file.close();
    expect(filesOf(folder())).to.deep.equal(['log.2.jsonl', 'log.1.jsonl', 'log.jsonl']);
    expect(numbers(folder())).to.deep.equal([16, 17, 18, 19, 20]);
  });

  it('keeps one file alone when told so', async () => {
    const { file } = await openFile(folder(), { maxFileBytes: 24, filesKept: 1 });
    for (let n = 1; n <= 9; n++) file.write(line(n));
    await file.close();
    expect(filesOf(folder())).to.deep.equal(['log.jsonl']);
    expect(numbers(folder())).to.deep.equal([7, 8, 9]);
  });

  it('removes at the start what is more than it shall keep', async () => {
    const before = await openFile(folder(), { maxFileBytes: 8, filesKept: 5 });
    for (let n = 1; n <= 9; n++) before.file.write(line(n));
    await before.file.close();
    expect(filesOf(folder())).to.have.lengthOf(5);
    await (await openFile(folder(), { filesKept: 2 })).file.close();
    expect(numbers(folder())).to.deep.equal([8, 9]);
  });

  it('takes a line that is longer than a file shall be, alone', async () => {
    const { file } = await openFile(folder(), { maxFileBytes: 20 });
    const long = `{"n":2,"text":"${'é'.repeat(30)}"}\n`;
    for (const text of [line(1), long, line(3)]) file.write(text);
    await file.close();
    expect(filesOf(folder()).map((name) => readFileSync(join(folder(), name), 'utf8'))).to.deep.equal([
      line(1),
      long,
      line(3),
    ]);
  });

  it('goes on where it ended', async () => {
    for (const n of [1, 2, 3]) {
      const { file } = await openFile(folder(), { maxFileBytes: 17 });
      file.write(line(n));
      await file.close();
    }
    expect(filesOf(folder())).to.have.lengthOf(2);
    expect(numbers(folder())).to.deep.equal([1, 2, 3]);
  });

  it('loses no line and cuts none, whatever the lines, the sizes and the moments of writing', async () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
      { weight: 1, arbitrary: fc.constant('flush' as const) },
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, maxFileBytes, flushAt, filesKept) => {
          const own = join(temp(), String(run++));
          const written: string[] = [];
          for (const half of [steps.slice(0, steps.length / 2), steps.slice(steps.length / 2)]) {
            const { file } = await openFile(own, { maxFileBytes, flushAt, filesKept });
            for (const text of half) {
              if (text === 'flush') await file.flush();
              else {
                written.push(text);
                file.write(`${JSON.stringify({ text })}\n`);
              }
            }
            await file.close();
            expect(file.dropped).to.equal(0);
          }
          const found = linesOf<{ text: string }>(own).map(({ text }) => text);
          expect(found).to.deep.equal(written.slice(written.length - found.length));
          const names = filesOf(own);
          expect(names.length).to.be.at.most(filesKept);
          if (names.length < filesKept) expect(found).to.have.lengthOf(written.length);
          for (const name of names) {
            const text = readFileSync(join(own, name));
            expect(text.length <= maxFileBytes || text.indexOf(10) === text.length - 1).to.equal(true);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('writes where it is looked for when somebody removed or moved what it had open', async () => {
    const { file } = await openFile(folder());
    file.write(line(1));
    await file.flush();
    rmSync(folder(), { recursive: true });
    file.write(line(2));
    await file.flush();
    expect(numbers(folder())).to.deep.equal([2]);
    renameSync(newest(), join(folder(), 'taken.jsonl'));
    file.write(line(3));
    await file.flush();
    expect(numbers(folder())).to.deep.equal([3]);
    await file.close();
  });

  it('waits for nobody at the other end of a pipe in its place, and says so', async () => {
    mkdirSync(folder());
    execFileSync('mkfifo', [newest()]);
    const { file, clock, log } = await openFile(folder());
    file.write(line(1));
    expect(log.lines.join()).to.match(/log\.jsonl": it is a pipe; make room or mend/);
    unlinkSync(newest());
    clock.advance(1_000);
    await file.flush();
    expect(numbers(folder())).to.deep.equal([1]);
    await file.close();
  });

  it('refuses options that cannot be used', async () => {
    for (const option of ['maxFileBytes', 'filesKept', 'flushAt', 'flushAfterMs', 'maxWaiting'] as const) {
      const refused = await openFile(folder(), { [option]: 0 }).then(() => undefined, String);
      expect(refused).to.equal(`RangeError: Cannot write "log.jsonl": ${option} is 0; give a whole number, 1 or more`);
    }
  });
});

describe('A file of lines after a kill', () => {
  const temp = useTempDir();
  const newest = (): string => join(temp(), 'log.jsonl');

  it('sets half a line aside, wherever it was cut, and loses no whole one', async () => {
    const whole = `${line(1)}{"text":"déjà vu"}\n${line(3)}`;
    const bytes = Buffer.from(whole);
    for (let size = 0; size <= bytes.length; size++) {
      rmSync(`${newest()}.torn`, { force: true });
      writeFileSync(newest(), bytes.subarray(0, size));
      const { file, log } = await openFile(temp());
      file.write(line(4));
      await file.close();
      const kept = bytes.lastIndexOf(10, size - 1) + 1;
      const half = size === 0 ? 0 : size - kept;
      expect(readFileSync(newest(), 'utf8')).to.equal(`${bytes.subarray(0, size - half)}${line(4)}`);
      expect(log.lines).to.have.lengthOf(half > 0 ? 1 : 0);
      if (half === 0) continue;
      expect(log.lines[0]).to.equal('A killed process left half a line in "log.jsonl"; it is in "log.jsonl.torn" now');
      expect(readFileSync(`${newest()}.torn`)).to.deep.equal(
        Buffer.concat([bytes.subarray(size - half, size), Buffer.from('\n')]),
      );
    }
  });

  it('finds half a line however long it is', async () => {
    writeFileSync(newest(), `${line(1)}{"${'x'.repeat(200_000)}`);
    const { file } = await openFile(temp());
    await file.close();
    expect(readFileSync(newest(), 'utf8')).to.equal(line(1));
    truncateSync(newest(), 0);
    appendFileSync(newest(), 'y'.repeat(70_000));
    await (await openFile(temp())).file.close();
    expect(statSync(newest()).size).to.equal(0);
  });

  it('goes on where a kill left a gap in the numbers of the files', async () => {
    writeFileSync(newest(), line(2));
    writeFileSync(join(temp(), 'log.2.jsonl'), line(1));
    const { file } = await openFile(temp(), { maxFileBytes: 8 });
    file.write(line(3));
    await file.close();
    expect(filesOf(temp())).to.deep.equal(['log.2.jsonl', 'log.1.jsonl', 'log.jsonl']);
    expect(numbers(temp())).to.deep.equal([1, 2, 3]);
  });
});

describe('A file of lines whose disk refuses', () => {
  const temp = useTempDir();
  const newest = (): string => join(temp(), 'log.jsonl');

  it('keeps what it can, counts what it cannot, says so once, and writes all that when it can', async () => {
    mkdirSync(newest());
    const { file, clock, log } = await openFile(temp(), { maxWaiting: 32 });
    for (let n = 1; n <= 9; n++) file.write(line(n));
    await file.flush();
    for (let second = 1; second <= 3; second++) {
      clock.advance(1_000);
      await file.flush();
    }
    expect(file.dropped).to.equal(5);
    expect(log.lines).to.have.lengthOf(1);
    expect(log.lines[0]).to.match(/^Cannot write ".*log\.jsonl": EISDIR.*; make room or mend the folder, it is tried/);
    rmdirSync(newest());
    clock.advance(1_000);
    await file.flush();
    expect(linesOf(temp())).to.deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { lost: 5 }]);
    expect(log.lines[1]).to.match(/log\.jsonl" is written again; 5 lines were lost since the start$/);
    file.write(line(10));
    await file.close();
    expect(linesOf(temp()).at(-1)).to.deep.equal({ n: 10 });
    expect(clock.pending).to.equal(0);
  });

  it('never holds more than it may, while lines come and come', async () => {
    mkdirSync(newest());
    const { file, clock } = await openFile(temp(), { maxWaiting: 1_000, flushAt: 100 });
    for (let n = 0; n < 5_000; n++) {
      file.write(line(n % 10));
      if (n % 500 === 0) clock.advance(1_000);
    }
    await file.flush();
    rmdirSync(newest());
    await file.close();
    const kept = linesOf<{ lost?: number }>(temp()).filter(({ lost }) => lost === undefined);
    expect(kept.length).to.be.within(125, 250);
    expect(kept.length + file.dropped).to.equal(5_000);
  });

  it('writes what a full disk did not take once there is room, nothing twice', async () => {
    symlinkSync('/dev/full', newest());
    const { file, clock, log } = await openFile(temp());
    file.write(line(1));
    await file.flush();
    expect(log.lines[0]).to.contain('ENOSPC');
    file.write(line(2));
    unlinkSync(newest());
    clock.advance(1_000);
    await file.close();
    expect(numbers(temp())).to.deep.equal([1, 2]);
    expect(file.dropped).to.equal(0);
  });

  it('goes on when its folder was taken away', async () => {
    const folder = join(temp(), 'logs');
    const { file, clock } = await openFile(folder, { maxFileBytes: 8 });
    file.write(line(1));
    await file.flush();
    rmSync(folder, { recursive: true });
    file.write(line(2));
    await file.flush();
    clock.advance(1_000);
    await file.close();
    expect(numbers(folder)).to.deep.equal([2]);
  });

  it('does not hold up the end, and says what is lost with it', async () => {
    mkdirSync(newest());
    const { file, clock, log } = await openFile(temp());
    file.write(line(1));
    file.write(line(2));
    await file.close();
    expect(log.lines.at(-1)).to.match(/^Cannot write the last 2 lines of ".*log\.jsonl": the disk refuses them$/);
    expect(file.dropped).to.equal(2);
    file.write(line(3));
    expect(file.dropped).to.equal(3);
    expect(clock.pending).to.equal(0);
  });

  it('neither waits nor grows when the disk hangs, and gives up at the end', async () => {
    const { file, clock, log } = await openFile(temp(), { maxWaiting: 32 });
    // Opening a pipe that nobody reads takes for ever, as a disk behind a network that is gone.
    execFileSync('mkfifo', [newest()]);
    file.write(line(1));
    clock.advance(200);
    for (let n = 2; n <= 9; n++) file.write(line(n));
    expect(file.dropped).to.equal(4);
    const closed = file.close();
    clock.advance(5_000);
    await closed;
    expect(log.lines).to.have.lengthOf(1);
    expect(log.lines[0]).to.match(/^Cannot write the last 5 lines of ".*log\.jsonl": the disk refuses them$/);
    expect(file.dropped).to.equal(9);
    expect(clock.pending).to.equal(0);
    // It comes back when nobody waits any more.
    const pipe = createReadStream(newest());
    let late = '';
    for await (const chunk of pipe) late += chunk;
    expect(late.slice(0, 8)).to.equal(line(1));
    expect(clock.pending).to.equal(0);
  });

  it('closes once', async () => {
    const { file } = await openFile(temp());
    file.write(line(1));
    await Promise.all([file.close(), file.close()]);
    expect(numbers(temp())).to.deep.equal([1]);
  });
});

describe('A file of lines at the end of a process', () => {
  const temp = useTempDir();

  it('is written at once', async () => {
    const { file } = await openFile(temp());
    file.write(line(1));
    file.flushSync();
    expect(numbers(temp())).to.deep.equal([1]);
    file.write(line(2));
    await file.close();
    expect(numbers(temp())).to.deep.equal([1, 2]);
  });

  it('is written at once with what the disk refused before, and not twice', async () => {
    mkdirSync(join(temp(), 'log.jsonl'));
    const { file } = await openFile(temp());
    file.write(line(1));
    await file.flush();
    file.write(line(2));
    file.flushSync();
    rmdirSync(join(temp(), 'log.jsonl'));
    file.flushSync();
    await file.close();
    expect(numbers(temp())).to.deep.equal([1, 2]);
  });
});

/** Lets the disk work until it is so. */
async function expectEventually(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}
