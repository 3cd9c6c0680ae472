import { expect } from 'chai';
import { ActiveAlerts } from '../../../src/alerts/channels/active-alerts.ts';
import type { AlertNotice } from '../../../src/alerts/notify/notice.ts';
import { itsEnd, noticeOf, someNotice } from '../notify/some-notice.ts';
import { TurnedClock } from '../notify/turned-clock.ts';
import { failureOf, never } from './receiver.ts';

type Send = (notices: readonly AlertNotice[], signal: AbortSignal) => Promise<void>;

function alertsBy(send: Send = async () => undefined) {
  const clock = new TurnedClock();
  const sent: string[] = [];
  const failures: unknown[] = [];
  const active = new ActiveAlerts({
    clock,
    everyMs: 60_000,
    send: (notices, signal) => {
      sent.push(notices.map(({ rule_name, status }) => `${rule_name} ${status}`).join(', '));
      return send(notices, signal);
    },
    onFailure: (error) => failures.push(error),
  });
  return { clock, sent, failures, active };
}
const untilAborted: Send = (_notices, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('alerts that are active', () => {
  it('are sent again every minute until they are over', async () => {
    const { active, clock, sent } = alertsBy();
    await active.tell([noticeOf('a'), noticeOf('b')], never);
    await clock.advance(120_000);
    expect(sent).to.deep.equal(['a triggered, b triggered', 'a triggered, b triggered', 'a triggered, b triggered']);
    await active.tell([noticeOf('a', { status: 'resolved' })], never);
    await clock.advance(60_000);
    expect(sent.slice(3)).to.deep.equal(['a resolved', 'b triggered']);
    await active.tell([noticeOf('b', { status: 'resolved' })], never);
    await clock.advance(600_000);
    expect(sent).to.have.length(6);
    expect(clock.pending).to.equal(0);
  });

  it('are not sent again from the moment they are over, even when nobody heard that', async () => {
    let fails = false;
    const { active, clock, sent } = alertsBy(async () => {
      if (fails) throw new Error('away');
    });
    await active.tell([someNotice()], never);
    fails = true;
    expect(await failureOf(active.tell([itsEnd()], never))).to.have.property('message', 'away');
    await clock.advance(600_000);
    expect(sent).to.deep.equal(['high_error_rate triggered', 'high_error_rate resolved']);
  });

  it('are not kept when they were not taken', async () => {
    const { active, clock, sent } = alertsBy(() => Promise.reject(new Error('refused')));
    await failureOf(active.tell([someNotice()], never));
    await clock.advance(600_000);
    expect(sent).to.have.length(1);
  });

  it('are sent the next time when sending again failed, which is said', async () => {
    let fails = false;
    const { active, clock, sent, failures } = alertsBy(async () => {
      if (fails) throw new Error('away');
    });
    await active.tell([someNotice()], never);
    fails = true;
    await clock.advance(120_000);
    expect(failures).to.have.length(2);
    fails = false;
    await clock.advance(60_000);
    expect(sent).to.have.length(4);
    expect(failures).to.have.length(2);
  });

  it('do not come back after their end: what is being sent again ends before news are told', async () => {
    let slow = false;
    const { active, clock, sent, failures } = alertsBy((notices, signal) =>
      slow ? untilAborted(notices, signal) : Promise.resolve(),
    );
    await active.tell([someNotice()], never);
    slow = true;
    await clock.advance(60_000);
    slow = false;
    await active.tell([itsEnd()], never);
    await clock.advance(600_000);
    expect(sent).to.deep.equal(['high_error_rate triggered', 'high_error_rate triggered', 'high_error_rate resolved']);
    expect(failures).to.deep.equal([]);
  });

  it('are not sent again while news are under way', async () => {
    let release = () => {};
    let slow = false;
    const { active, clock, sent } = alertsBy(() =>
      slow
        ? new Promise((resolve) => {
            release = resolve;
          })
        : Promise.resolve(),
    );
    await active.tell([noticeOf('a')], never);
    slow = true;
    const telling = active.tell([noticeOf('b')], never);
    await clock.advance(60_000);
    expect(sent).to.have.length(2);
    slow = false;
    release();
    await telling;
    await clock.advance(60_000);
    expect(sent.at(-1)).to.equal('a triggered, b triggered');
  });

  it('are sent in portions, and no longer when it is closed', async () => {
    const { active, clock, sent } = alertsBy();
    await active.tell(
      Array.from({ length: 501 }, (_, n) => noticeOf(`r${n}`)),
      never,
    );
    await clock.advance(60_000);
    expect(sent.map((line) => line.split(', ').length)).to.deep.equal([501, 500, 1]);
    active.close();
    await clock.advance(600_000);
    expect(sent).to.have.length(3);
    await active.tell([someNotice()], never);
    expect(clock.pending).to.equal(0);
  });

  it('end being sent when it is closed', async () => {
    let slow = false;
    const { active, clock, failures } = alertsBy((notices, signal) =>
      slow ? untilAborted(notices, signal) : Promise.resolve(),
    );
    await active.tell([someNotice()], never);
    slow = true;
    await clock.advance(60_000);
    active.close();
    await clock.advance(0);
    expect(failures).to.deep.equal([]);
    expect(clock.pending).to.equal(0);
  });
});
