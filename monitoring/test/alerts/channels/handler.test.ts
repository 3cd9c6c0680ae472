import { expect } from 'chai';
import { handler } from '../../../src/alerts/channels/handler.ts';
import type { AlertNotice } from '../../../src/alerts/notify/notice.ts';
import { house } from '../notify/house.ts';
import { itsEnd, noticeOf, someNotice } from '../notify/some-notice.ts';

describe('a handler', () => {
  it('is told of one alert at a time, as a channel of its own name', async () => {
    const heard: string[] = [];
    const emailAlertHandler = async (alert_data: AlertNotice) => {
      heard.push(`Alert: ${alert_data.rule_name} ${alert_data.status}`);
    };
    const { notifier, clock } = house([handler(emailAlertHandler)]);
    for (const notice of [someNotice(), noticeOf('other'), itsEnd()]) notifier.notify(notice, ['emailAlertHandler']);
    await clock.advance(5_000);
    expect(heard).to.deep.equal([
      'Alert: high_error_rate triggered',
      'Alert: other triggered',
      'Alert: high_error_rate resolved',
    ]);
  });

  it('may be synchronous, may throw, and is told again', async () => {
    let failures = 2;
    const { notifier, clock, countsOf } = house([
      handler(
        () => {
          if (failures-- > 0) throw new Error('not now');
        },
        { name: 'h' },
      ),
    ]);
    notifier.notify(someNotice());
    await clock.advance(60_000);
    expect(countsOf('h')).to.include({ sent: 1, retries: 2, failed: 0 });
  });

  it('has a name', () => {
    expect(handler(() => undefined).name).to.equal('handler');
    expect(handler(() => undefined, { name: 'mine' }).name).to.equal('mine');
    expect(() => handler('x' as never)).to.throw(TypeError, 'option "fn" must be a function; it is "x"');
    expect(() => handler(() => undefined, { name: '' })).to.throw(TypeError, 'option "name" must be a name');
  });
});
