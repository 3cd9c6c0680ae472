import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import WebSocket from 'ws';
import { systemClock } from '../../../src/clock.ts';
import { TlsFiles } from '../../../src/doors/tls/files.ts';
import type { FollowParts, Reload, TlsFollower } from '../../../src/doors/tls/follow.ts';
import { FakeClock } from '../../fake-clock.ts';
import { keptLog } from '../../kept-log.ts';
import { useTempDir } from '../../temp-dir.ts';
import { Authority, type Pair, whyNoCertificates } from './certificates.ts';
import { serveTls, type TlsServer } from './tls-server.ts';

const missing = whyNoCertificates();

describe(`a renewed certificate${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  before(function () {
    if (missing !== undefined) this.skip();
  });
  const folder = useTempDir();
  let authority: Authority;
  let first: Pair;
  let second: Pair;
  let served: TlsServer;
  let follower: TlsFollower;
  let log: ReturnType<typeof keptLog>;
  let told: Reload[];
  let tell: () => void;

  beforeEach(() => {
    authority = new Authority(folder());
    first = authority.issue('first', ['IP:127.0.0.1']);
    second = authority.issue('second', ['IP:127.0.0.1']);
    log = keptLog();
    told = [];
    tell = () => {};
    mkdirSync(join(folder(), 'live'));
  });
  afterEach(async () => {
    follower?.stop();
    await served?.close();
  });

  const live = (name: string): string => join(folder(), 'live', name);
  const put = (pair: Pair): void => {
    copyFileSync(pair.certFile, live('tls.crt'));
    copyFileSync(pair.keyFile, live('tls.key'));
  };
  async function serve(parts: Partial<FollowParts> = {}): Promise<void> {
    const settings = { cert: live('tls.crt'), key: live('tls.key'), clientCertificates: 'off' } as const;
    const files = await TlsFiles.open(settings, { log, clock: { now: () => Date.now() } });
    served = await serveTls(files.options);
    const onReload = (reload: Reload): void => {
      told.push(reload);
      tell();
    };
    follower = files.follow(served.server, { log, clock: systemClock, debounceMs: 30, onReload, ...parts });
    await follower.settled();
  }
  /** Resolves after so many renewals, good or bad. */
  const tells = (count: number): Promise<void> =>
    new Promise((resolve) => {
      tell = () => {
        if (told.length >= count) resolve();
      };
      tell();
    });
  /** The name in the certificate a new connection gets. */
  async function greeting(): Promise<string | undefined> {
    const socket = await served.connect({ ca: authority.root.cert });
    const name = socket.getPeerCertificate().subject.CN;
    socket.destroy();
    return name;
  }

  it('is given to new connections while open ones keep talking', async () => {
    put(first);
    await serve();
    const socket = new WebSocket(`wss://127.0.0.1:${served.port}`, { ca: authority.root.cert });
    const echo = (text: string): Promise<string> =>
      new Promise((resolve) => {
        socket.once('message', (data) => resolve(String(data)));
        socket.send(text);
      });
    await new Promise((resolve) => socket.once('open', resolve));
    expect([await greeting(), await echo('before')]).to.deep.equal(['first', 'before']);
    put(second);
    await tells(1);
    expect([await greeting(), await echo('after')]).to.deep.equal(['second', 'after']);
    socket.terminate();
    expect(told[0])
      .to.include({ ok: true })
      .and.to.have.property('fingerprint')
      .that.matches(/^[0-9A-F:]{95}$/);
    expect(log.lines).to.include('serves a new TLS certificate');
  });

  it('is taken up when it is renamed into place', async () => {
    put(first);
    await serve();
    copyFileSync(second.certFile, join(folder(), 'new.crt'));
    copyFileSync(second.keyFile, join(folder(), 'new.key'));
    renameSync(join(folder(), 'new.key'), live('tls.key'));
    renameSync(join(folder(), 'new.crt'), live('tls.crt'));
    await tells(1);
    await follower.settled();
    expect(await greeting()).to.equal('second');
  });

  it('is taken up when a mounted secret swaps its folder, twice', async () => {
    const swapTo = (name: string, pair: Pair): void => {
      mkdirSync(live(name));
      copyFileSync(pair.certFile, live(`${name}/tls.crt`));
      copyFileSync(pair.keyFile, live(`${name}/tls.key`));
      symlinkSync(name, live('..data_tmp'));
      renameSync(live('..data_tmp'), live('..data'));
    };
    swapTo('..1', first);
    symlinkSync('..data/tls.crt', live('tls.crt'));
    symlinkSync('..data/tls.key', live('tls.key'));
    await serve();
    swapTo('..2', second);
    rmSync(live('..1'), { recursive: true });
    await tells(1);
    expect(await greeting()).to.equal('second');
    swapTo('..3', first);
    rmSync(live('..2'), { recursive: true });
    await tells(2);
    expect(await greeting()).to.equal('first');
  });

  it('is taken up behind links to an archive in another folder', async () => {
    mkdirSync(join(folder(), 'archive'));
    for (const [number, pair] of [first, second].entries()) {
      copyFileSync(pair.certFile, join(folder(), 'archive', `${number}.crt`));
      copyFileSync(pair.keyFile, join(folder(), 'archive', `${number}.key`));
    }
    mkdirSync(join(folder(), 'renewed'));
    const point = (number: number): void => {
      for (const kind of ['crt', 'key']) {
        rmSync(join(folder(), 'renewed', `a.${kind}`), { force: true });
        symlinkSync(`../archive/${number}.${kind}`, join(folder(), 'renewed', `a.${kind}`));
      }
    };
    point(0);
    for (const kind of ['crt', 'key']) symlinkSync(join(folder(), 'renewed', `a.${kind}`), live(`tls.${kind}`));
    await serve();
    point(1);
    await tells(1);
    await follower.settled();
    expect(await greeting()).to.equal('second');
  });

  it('that does not fit leaves the old one in place, said once, and is replaced by the next good one', async () => {
    put(first);
    await serve();
    copyFileSync(second.certFile, live('tls.crt'));
    await tells(1);
    expect(told[0]).to.include({ ok: false }).and.to.have.property('reason').that.includes('does not belong');
    expect(await greeting()).to.equal('first');
    expect(log.lines).to.include('could not take the new TLS certificate; the old one stays');
    copyFileSync(second.keyFile, live('tls.key'));
    await tells(2);
    expect(await greeting()).to.equal('second');
    expect(told).to.have.length(2);
  });

  describe('that no watcher tells of', () => {
    const clock = (): FakeClock => new FakeClock(Date.now());
    const deaf = (): { close(): void; on(): never } => ({ close: () => {}, on: () => undefined as never });
    /** Answers what a watcher would call. */
    const serveWatched = async (hands: FakeClock): Promise<() => void> => {
      let change = (): void => {};
      const watch: FollowParts['watch'] = (_folder, changed) => {
        change = changed;
        return deaf();
      };
      await serve({ clock: hands, debounceMs: 1_000, watch });
      return () => change();
    };
    const fail = (): never => {
      throw new Error('the watcher failed');
    };
    const look = async (hands: FakeClock): Promise<void> => {
      hands.advance(60_000);
      await follower.settled();
    };

    it('is found within a minute, and what has not changed is not taken up again', async () => {
      const hands = clock();
      put(first);
      await serve({ clock: hands, watch: deaf });
      await look(hands);
      put(first);
      await look(hands);
      expect(told).to.deep.equal([]);
      put(second);
      await look(hands);
      expect(told).to.have.length(1);
      expect(await greeting()).to.equal('second');
    });

    it('is found also where folders cannot be watched at all', async () => {
      const hands = clock();
      put(first);
      const watch = (): never => {
        throw new Error('ENOSPC');
      };
      await serve({ clock: hands, watch });
      put(second);
      await look(hands);
      expect(await greeting()).to.equal('second');
    });

    it('is complained of once when it is bad or missing, however often it is looked at', async () => {
      const hands = clock();
      put(first);
      await serve({ clock: hands, watch: deaf });
      writeFileSync(live('tls.crt'), 'nonsense');
      for (let times = 0; times < 3; times++) await look(hands);
      rmSync(live('tls.crt'));
      for (let times = 0; times < 3; times++) await look(hands);
      expect(told.map(({ ok }) => ok)).to.deep.equal([false, false]);
      put(first);
      await look(hands);
      expect(told).to.have.length(2);
      expect(await greeting()).to.equal('first');
    });

    it('waits until the files rest: every change puts the look off', async () => {
      const hands = clock();
      put(first);
      const change = await serveWatched(hands);
      put(second);
      for (let times = 0; times < 5; times++) {
        change();
        hands.advance(900);
        await follower.settled();
      }
      expect(told).to.deep.equal([]);
      hands.advance(100);
      await follower.settled();
      expect(told).to.have.length(1);
    });

    it('is found within a minute also where something changes all the time', async () => {
      const hands = clock();
      put(first);
      const change = await serveWatched(hands);
      put(second);
      for (let halves = 0; halves < 120; halves++) {
        hands.advance(500);
        await follower.settled();
        change();
      }
      expect(await greeting()).to.equal('second');
    });

    it('is looked for again after a look that failed', async () => {
      const hands = clock();
      put(first);
      const stuck = { ...deaf(), close: fail };
      let watched = 0;
      await serve({ clock: hands, watch: () => (watched++ === 0 ? stuck : deaf()) });
      put(second);
      await look(hands);
      expect(log.lines).to.include('could not look for a new TLS certificate');
      await look(hands);
      expect(await greeting()).to.equal('second');
    });

    it('is no longer looked for after the end, and a listener that fails ends nothing', async () => {
      const hands = clock();
      put(first);
      const onReload = (): never => {
        throw new Error('the listener failed');
      };
      await serve({ clock: hands, watch: deaf, onReload });
      put(second);
      await look(hands);
      expect(log.lines).to.include('could not tell of the new TLS certificate');
      expect(hands.pending).to.equal(1);
      follower.stop();
      expect(hands.pending).to.equal(0);
    });
  });
});
