import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type FollowParts, followFile } from '../../src/auth/follow-file.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { useTempDir } from '../temp-dir.ts';

/** What was handed over, and a way to wait for the next. */
class Heard {
  readonly all: string[] = [];
  #wake: () => void = () => {};

  readonly note = (content: string): void => {
    this.all.push(content);
    this.#wake();
  };

  async until(content: string): Promise<void> {
    while (this.all.at(-1) !== content) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

describe('a file that is followed', () => {
  const folder = useTempDir();
  const file = (): string => join(folder(), 'list.json');
  const ends: (() => void)[] = [];
  let clock: FakeClock;
  let log: ReturnType<typeof keptLog>;
  let heard: Heard;

  const follow = (path = file(), changes: Partial<FollowParts<string>> = {}) => {
    const read = async (): Promise<string> => {
      const text = await readFile(path, 'utf8').catch(() => 'nothing');
      if (text === 'damaged') throw new Error('the file is damaged');
      return text;
    };
    const following = followFile(path, { clock, log, what: 'the list', read, changed: heard.note, ...changes });
    ends.push(() => following.end());
    return following;
  };

  beforeEach(() => {
    clock = new FakeClock();
    log = keptLog();
    heard = new Heard();
  });
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  it('is handed over at once, when it is written, replaced by rename, removed and made again', async () => {
    await writeFile(file(), 'one');
    follow();
    await heard.until('one');
    await writeFile(file(), 'two');
    await heard.until('two');
    await writeFile(`${file()}.tmp`, 'three');
    await rename(`${file()}.tmp`, file());
    await heard.until('three');
    await rm(file());
    await heard.until('nothing');
    await writeFile(file(), 'four');
    await heard.until('four');
    expect(log.lines).to.deep.equal([]);
  });

  it('changes nothing while it is damaged, says so once, and counts again when it is mended', async () => {
    await writeFile(file(), 'one');
    const following = follow();
    await heard.until('one');
    // By rename: writing in place would for a moment leave an empty file, which is another story.
    await writeFile(`${file()}.tmp`, 'damaged');
    await rename(`${file()}.tmp`, file());
    await following.refresh();
    await following.refresh();
    expect(new Set(heard.all)).to.deep.equal(new Set(['one']));
    expect(log.lines).to.deep.equal(['could not read the list again']);
    await writeFile(file(), 'two');
    await heard.until('two');
    expect(log.lines).to.deep.equal(['could not read the list again', 'could read the list again']);
  });

  it('is looked at twice a second where its folder cannot be watched', async () => {
    const late = join(folder(), 'late');
    const path = join(late, 'list.json');
    const following = follow(path);
    await following.refresh();
    expect(log.lines).to.deep.equal(['cannot watch the list; looking every 500 ms instead']);
    await mkdir(late);
    await writeFile(path, 'one');
    clock.advance(500);
    await heard.until('one');
    await writeFile(`${path}.tmp`, 'two');
    await rename(`${path}.tmp`, path);
    await appointment(clock);
    clock.advance(500);
    await heard.until('two');
  });

  it('is read again at the next look when a reading failed for another reason than the file', async () => {
    await writeFile(join(folder(), 'blocker'), '');
    let broken = false;
    let answer = 'first';
    const read = async (): Promise<string> => {
      if (broken) throw new Error('too many open files');
      return answer;
    };
    // A folder that is none cannot be watched, so that only looking can help.
    const following = follow(join(folder(), 'blocker', 'list.json'), { read });
    await following.refresh();
    broken = true;
    await following.refresh();
    answer = 'second';
    broken = false;
    clock.advance(500);
    await heard.until('second');
  });

  it('is read one time after the other, and never handed over in the wrong order', async () => {
    const readings: ((content: string) => void)[] = [];
    const read = (): Promise<string> => new Promise((resolve) => void readings.push(resolve));
    const following = follow(join(folder(), 'nowhere', 'list.json'), { read });
    const first = following.refresh();
    await started(readings, 1);
    const second = following.refresh();
    const third = following.refresh();
    expect(readings).to.have.length(1);
    readings[0]?.('old');
    await first;
    await started(readings, 2);
    readings[1]?.('new');
    await Promise.all([second, third]);
    expect(heard.all).to.deep.equal(['old', 'new']);
    expect(readings).to.have.length(2);
  });

  it('is let go at the end, even in the middle of a reading', async () => {
    const readings: ((content: string) => void)[] = [];
    const read = (): Promise<string> => new Promise((resolve) => void readings.push(resolve));
    const following = follow(file(), { read });
    const reading = following.refresh();
    await started(readings, 1);
    following.end();
    readings[0]?.('late');
    await reading;
    await following.refresh();
    expect(heard.all).to.deep.equal([]);
    expect(clock.pending).to.equal(0);
  });
});

async function started(readings: readonly unknown[], count: number): Promise<void> {
  while (readings.length < count) await new Promise((resolve) => setImmediate(resolve));
}

async function appointment(clock: FakeClock): Promise<void> {
  while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
}
