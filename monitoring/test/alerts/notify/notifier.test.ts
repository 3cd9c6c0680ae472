import { expect } from 'chai';
import { handler } from '../../../src/alerts/channels/handler.ts';
import { DeliveryError } from '../../../src/alerts/notify/channel.ts';
import { hang, house, ScriptedChannel } from './house.ts';
import { itsEnd, noticeOf, someNotice } from './some-notice.ts';

const busy = (retryAfterMs?: number) => async () => {
  throw new DeliveryError('Cannot deliver: busy', { retryable: true, retryAfterMs });
};
const refuse = async () => {
  throw new DeliveryError('Cannot deliver: refused', { retryable: false });
};

describe('a notifier', () => {
  it('tells in one delivery what comes within five seconds', async () => {
    const channel = new ScriptedChannel('c');
    const { notifier, clock } = house([channel]);
    notifier.notify(noticeOf('a'));
    await clock.advance(4_000);
    notifier.notify(noticeOf('b'));
    expect(channel.told).to.deep.equal([]);
    await clock.advance(1_000);
    notifier.notify(noticeOf('c'));
    await clock.advance(4_999);
    expect(channel.told).to.deep.equal([['a triggered', 'b triggered']]);
    await clock.advance(1);
    expect(channel.told[1]).to.deep.equal(['c triggered']);
    expect(notifier.counts()).to.deep.equal([
      { channel: 'c', sent: 3, failed: 0, dropped: 0, merged: 0, waiting: 0, retries: 0 },
    ]);
  });

  it('tells beginning and end one after the other when both came within that time', async () => {
    const channel = new ScriptedChannel('c');
    const { notifier, clock } = house([channel]);
    for (const notice of [someNotice(), itsEnd()]) notifier.notify(notice);
    await clock.advance(5_000);
    expect(channel.told).to.deep.equal([['high_error_rate triggered'], ['high_error_rate resolved']]);
  });

  it('lets no channel wait for one that hangs, is slow or throws', async () => {
    const good = new ScriptedChannel('good');
    const slow = new ScriptedChannel(
      'slow',
      (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    );
    const throwing = handler(
      () => {
        throw new Error('always');
      },
      { name: 'throwing' },
    );
    const { notifier, clock, countsOf } = house([new ScriptedChannel('hung', hang, hang), slow, throwing, good]);
    notifier.notify(someNotice());
    await clock.advance(5_000);
    expect(good.told).to.deep.equal([['high_error_rate triggered']]);
    notifier.notify(itsEnd());
    await clock.advance(5_000);
    expect(good.told[1]).to.deep.equal(['high_error_rate resolved']);
    await clock.advance(5_000);
    expect(countsOf('hung')).to.include({ sent: 0, failed: 0, waiting: 2 });
    expect(slow.told).to.have.length(2);
    expect(countsOf('throwing')).to.include({ sent: 0, waiting: 2 });
    expect(countsOf('throwing')?.retries).to.be.at.least(3);
  });

  it('gives up what a hung channel had, tells it the next, and says so in the log', async () => {
    const channel = new ScriptedChannel('hung', hang);
    const { notifier, clock, log, countsOf } = house([channel]);
    for (const notice of [someNotice(), itsEnd()]) notifier.notify(notice);
    await clock.advance(5_000 + 20_000 - 1);
    expect(countsOf('hung')).to.include({ sent: 0, failed: 0, waiting: 2 });
    await clock.advance(1);
    expect(countsOf('hung')).to.include({ sent: 1, failed: 1, waiting: 0 });
    expect(channel.told[1]).to.deep.equal(['high_error_rate resolved']);
    expect(log.lines).to.include(
      'Cannot deliver to the channel "hung": it does not end what it began; it may have heard, or hear later; 1 alerts are given up',
    );
  });

  it('begins nothing more at a channel where eight deliveries never ended, until one does', async () => {
    let release = () => {};
    const first = () =>
      new Promise<void>((resolve) => {
        release = resolve;
      });
    const channel = new ScriptedChannel('c', first, ...Array.from({ length: 7 }, () => hang));
    const { notifier, clock, countsOf } = house([channel], { groupMs: 0 });
    for (let n = 0; n < 9; n += 1) {
      notifier.notify(noticeOf(`rule_${n}`));
      await clock.advance(20_000);
    }
    expect(channel.deliveries).to.have.length(8);
    expect(countsOf('c')).to.include({ sent: 0, failed: 9 });
    release();
    notifier.notify(noticeOf('later'));
    await clock.advance(0);
    expect(channel.told.at(-1)).to.deep.equal(['later triggered']);
    expect(countsOf('c')).to.include({ sent: 1, failed: 9 });
  });

  it('tries again after pauses that grow, and takes along what came meanwhile', async () => {
    const channel = new ScriptedChannel('c', busy(), busy());
    const { notifier, clock, countsOf } = house([channel]);
    notifier.notify(noticeOf('a'));
    await clock.advance(5_000);
    expect(clock.waits).to.deep.equal([500]);
    notifier.notify(noticeOf('b'));
    await clock.advance(500);
    expect(clock.waits).to.deep.equal([1_000]);
    await clock.advance(1_000);
    expect(channel.told.at(-1)).to.deep.equal(['a triggered', 'b triggered']);
    expect(countsOf('c')).to.include({ sent: 2, retries: 2, failed: 0 });
  });

  it('does not try again before the channel wants it', async () => {
    const channel = new ScriptedChannel('c', busy(120_000));
    const { notifier, clock } = house([channel], { groupMs: 0, random: () => 0 });
    notifier.notify(someNotice());
    await clock.advance(119_999);
    expect(channel.deliveries).to.have.length(1);
    await clock.advance(1);
    expect(channel.deliveries).to.have.length(2);
  });

  it('gives up what is refused, and what failed as often as was allowed', async () => {
    const refusing = new ScriptedChannel('refusing', refuse);
    const failing = new ScriptedChannel('failing', ...Array.from({ length: 3 }, () => busy()));
    const { notifier, clock, log } = house([refusing, failing], { attempts: 3 });
    notifier.notify(someNotice());
    await clock.advance(60_000);
    expect(refusing.deliveries).to.have.length(1);
    expect(failing.deliveries).to.have.length(3);
    expect(notifier.counts()).to.deep.equal([
      { channel: 'refusing', sent: 0, failed: 1, dropped: 0, merged: 0, waiting: 0, retries: 0 },
      { channel: 'failing', sent: 0, failed: 1, dropped: 0, merged: 0, waiting: 0, retries: 2 },
    ]);
    expect(log.lines).to.include('Cannot deliver: refused; 1 alerts are given up');
    expect(log.lines).to.include('Cannot deliver: busy; 1 alerts are tried again');
  });

  it('says once in a storm that a queue is full, and counts what it dropped', async () => {
    const { notifier, clock, log, countsOf } = house([new ScriptedChannel('c')], { mostWaiting: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) notifier.notify(noticeOf(name));
    await clock.advance(5_000);
    expect(countsOf('c')).to.include({ sent: 2, dropped: 3 });
    const full = () => log.lines.filter((line) => line.includes('its queue is full'));
    expect(full()).to.have.length(1);
    for (const name of ['a', 'b', 'c', 'd', 'e']) notifier.notify(noticeOf(name));
    expect(full()).to.have.length(2);
  });

  it('hides secrets that a handler throws', async () => {
    const leaking = handler(() => Promise.reject(new Error('GET https://u:pass1234@x.example/ failed')), { name: 'h' });
    const { notifier, clock, log } = house([leaking]);
    notifier.notify(someNotice());
    await clock.advance(5_000);
    expect(log.lines.join()).to.include('x.example').and.not.include('pass1234');
  });

  it('passes acknowledgements to channels that have a word for them', async () => {
    const acknowledged: string[] = [];
    const pager = {
      name: 'pager',
      deliver: async () => undefined,
      acknowledge: async (notices: readonly { readonly rule_name: string }[]) => {
        acknowledged.push(...notices.map(({ rule_name }) => rule_name));
      },
    };
    const plain = new ScriptedChannel('plain');
    const { notifier, clock, countsOf } = house([pager, plain]);
    notifier.notify(someNotice());
    notifier.acknowledge(someNotice());
    await clock.advance(5_000);
    expect(acknowledged).to.deep.equal(['high_error_rate']);
    expect(plain.told).to.deep.equal([['high_error_rate triggered']]);
    expect(countsOf('plain')).to.include({ sent: 1 });
  });

  it('survives channels whose groups and ends throw', async () => {
    const channel = new ScriptedChannel('c');
    const fail = () => {
      throw new Error('mistaken');
    };
    const { notifier, clock, log } = house([
      Object.assign(channel, { groupOf: fail as () => string, close: fail as () => void }),
    ]);
    notifier.notify(someNotice());
    await clock.advance(5_000);
    expect(channel.told).to.deep.equal([['high_error_rate triggered']]);
    await notifier.close();
    expect(log.lines).to.include('Cannot close the alert channel "c": mistaken');
  });

  it('is not delayed by a clock that is set back', async () => {
    const channel = new ScriptedChannel('c');
    const { notifier, clock } = house([channel, new ScriptedChannel('other')]);
    const now = clock.now.bind(clock);
    notifier.notify(someNotice());
    notifier.notify(itsEnd());
    clock.now = () => now() - 3_600_000;
    await clock.advance(10_000);
    expect(channel.told).to.deep.equal([['high_error_rate triggered'], ['high_error_rate resolved']]);
  });
});

describe('a notifier with routes', () => {
  const three = () => ['mail', 'pager', 'chat'].map((name) => new ScriptedChannel(name));
  const namesOf = (channels: readonly ScriptedChannel[]) =>
    channels.filter(({ deliveries }) => deliveries.length > 0).map(({ name }) => name);
  const routes = [{ severities: ['critical', 'error'] as const, channels: ['pager', 'mail'] }, { channels: ['chat'] }];

  it('tells every channel when there are none', async () => {
    const channels = three();
    const { notifier, clock } = house(channels);
    notifier.notify(someNotice());
    await clock.advance(5_000);
    expect(namesOf(channels)).to.deep.equal(['mail', 'pager', 'chat']);
  });

  it('tells the channels of every route that fits the severity, each once', async () => {
    const channels = three();
    const { notifier, clock } = house(channels, { routes: [...routes, { channels: ['chat'] }] });
    notifier.notify(noticeOf('a', { severity: 'critical' }));
    await clock.advance(5_000);
    expect(namesOf(channels)).to.deep.equal(['mail', 'pager', 'chat']);
    expect(channels[2]?.told).to.deep.equal([['a triggered']]);
    const others = three();
    const calm = house(others, { routes });
    calm.notifier.notify(noticeOf('b', { severity: 'warning' }));
    await calm.clock.advance(5_000);
    expect(namesOf(others)).to.deep.equal(['chat']);
  });

  it('tells the channels a rule names and no others, and logs those there are not', async () => {
    const channels = three();
    const { notifier, clock, log } = house(channels, { routes });
    notifier.notify(someNotice(), ['mail', 'fax']);
    notifier.notify(noticeOf('silent'), []);
    await clock.advance(5_000);
    expect(namesOf(channels)).to.deep.equal(['mail']);
    expect(log.lines).to.include(
      'Cannot tell the channel "fax" of the rule "high_error_rate": there is none; the channels are mail, pager, chat',
    );
  });
});

describe('a test of a channel', () => {
  it('tells it at once that something fires and is over, and nobody else', async () => {
    const channel = new ScriptedChannel('c');
    const other = new ScriptedChannel('other');
    const { notifier, countsOf } = house([channel, other]);
    await notifier.test('c');
    expect(channel.told).to.deep.equal([['test_notification triggered'], ['test_notification resolved']]);
    expect(channel.deliveries[0]?.[0]?.fingerprint).to.equal(channel.deliveries[1]?.[0]?.fingerprint);
    expect(other.told).to.deep.equal([]);
    expect(countsOf('c')).to.include({ sent: 2 });
  });

  it('says what went wrong', async () => {
    const { notifier, clock } = house([new ScriptedChannel('c', refuse, hang)]);
    const failureOf = (name: string) =>
      notifier.test(name).then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(await failureOf('c'))
      .to.be.instanceOf(DeliveryError)
      .with.property('message', 'Cannot deliver: refused');
    const hung = failureOf('c');
    await clock.advance(20_000);
    expect(await hung)
      .to.be.instanceOf(DeliveryError)
      .with.property('message')
      .that.includes('does not end');
    expect(await failureOf('fax'))
      .to.be.instanceOf(RangeError)
      .with.property('message')
      .that.includes('the channels are c');
    await notifier.close();
    expect(await failureOf('c'))
      .to.have.property('message')
      .that.includes('the notifier was closed');
  });
});

describe('the end of a notifier', () => {
  it('delivers at once what waits, and takes nothing more', async () => {
    const channel = new ScriptedChannel('c', (_signal) => Promise.resolve());
    const { notifier, clock, countsOf } = house([channel]);
    for (const notice of [someNotice(), itsEnd()]) notifier.notify(notice);
    const closed = notifier.close();
    expect(notifier.close()).to.equal(closed);
    notifier.notify(noticeOf('late'));
    await clock.advance(0);
    await clock.advance(0);
    await closed;
    notifier.notify(noticeOf('too late'));
    expect(channel.told).to.deep.equal([['high_error_rate triggered'], ['high_error_rate resolved']]);
    expect(countsOf('c')).to.include({ sent: 2, dropped: 2, waiting: 0 });
    expect(clock.pending).to.equal(0);
  });

  it('gives up at its deadline what has not arrived, and ends what is under way', async () => {
    let aborted = false;
    const stuck = new ScriptedChannel('stuck', (signal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return hang();
    });
    const { notifier, clock, countsOf } = house([stuck, new ScriptedChannel('busy', busy(60_000))]);
    for (const notice of [someNotice(), itsEnd()]) notifier.notify(notice);
    const closed = notifier.close(3_000);
    await clock.advance(2_999);
    expect(countsOf('stuck')).to.include({ dropped: 0 });
    await clock.advance(1);
    await closed;
    expect(aborted).to.equal(true);
    expect(countsOf('stuck')).to.include({ sent: 0, failed: 0, dropped: 2, waiting: 0 });
    expect(countsOf('busy')).to.include({ sent: 0, dropped: 2, waiting: 0 });
    expect(clock.pending).to.equal(0);
  });
});

describe('the options of a notifier', () => {
  const channel = new ScriptedChannel('c');

  it('are refused when they do not fit, with what would do', () => {
    const sentences: [object, string][] = [
      [{ channels: [{}] }, 'option "channels" must be a list of channels'],
      [{ channels: [Object.assign(new ScriptedChannel('x'), { most: 0 })] }, 'option "channels" must be a list'],
      [{ channels: [channel, channel] }, 'two channels are called "c"; name each its own'],
      [{ routes: [{ channels: ['d'] }] }, 'a route leads to "d"; the channels are c'],
      [{ routes: [{ severities: ['awful'], channels: ['c'] }] }, 'severities of info, warning, error, critical'],
      [{ routes: [{}] }, 'option "routes" must be a list'],
      [{ groupMs: -1 }, 'option "groupMs" must be a whole number of milliseconds, 0 to 3600000; it is -1'],
      [{ mostWaiting: 0 }, 'option "mostWaiting" must be a whole number of notices, 1 to 100000; it is 0'],
      [{ attempts: 1.5 }, 'option "attempts" must be a whole number'],
      [{ random: 4 }, 'option "random" must be a function; it is 4'],
    ];
    for (const [options, sentence] of sentences) {
      expect(() => house([channel], options), sentence).to.throw(TypeError, sentence);
    }
  });

  it('name the channels in their order', () => {
    expect(house([new ScriptedChannel('b'), new ScriptedChannel('a')]).notifier.channels).to.deep.equal(['b', 'a']);
  });
});
