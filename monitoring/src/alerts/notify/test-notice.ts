import { type AlertNotice, alertNotice, type NoticeStatus } from './notice.ts';

/** A notice that nothing is wrong, to see whether a channel works. */
export function testNotice(status: NoticeStatus, startsAt: number, timestamp: number): AlertNotice {
  return alertNotice({
    rule_name: 'test_notification',
    metric: 'test',
    value: 1,
    condition: '> 0',
    severity: 'info',
    status,
    labels: {},
    annotations: { summary: 'This is a test: nothing is wrong' },
    startsAt,
    ...(status === 'resolved' && { endsAt: timestamp }),
    timestamp,
  });
}
