import type { AlertNotice } from '../notify/notice.ts';
import { timestampOf } from './headline.ts';
import { annotationsOf, type StringMap } from './webhook-body.ts';

/** An alert as the API v2 of Alertmanager takes it (its `postableAlert`). */
export interface PostableAlert {
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

/** @param until when it ends if nobody says anything more, in milliseconds since the epoch; of what is not resolved */
export function postableAlert(notice: AlertNotice, until: number, generatorURL?: string): PostableAlert {
  const { labels, startsAt, status, endsAt = notice.timestamp } = notice;
  const end = status === 'resolved' ? Math.max(endsAt, startsAt) : until;
  return {
    labels,
    annotations: annotationsOf(notice),
    // The clock may have been set back: for one alert that ends before it begins Alertmanager refuses all it came with.
    startsAt: timestampOf(Math.min(startsAt, end)),
    endsAt: timestampOf(end),
    ...(generatorURL !== undefined && { generatorURL }),
  };
}
