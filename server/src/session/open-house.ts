import type { Redactor } from '@callsheet/monitoring';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/settings.ts';
import { Gcra } from '../limits/gcra.ts';
import { parseRate } from '../limits/rate-text.ts';
import { Tally } from '../limits/tally.ts';
import type { Policy } from '../policy/policy.ts';
import type { House } from './house.ts';
import { Marker } from './observed-request.ts';
import { ResumeDesk } from './resume-desk.ts';

export interface HouseParts
  extends Pick<House, 'methods' | 'demand' | 'clock' | 'draining' | 'nextRequestId' | 'onRefused' | 'traffic'> {
  readonly policy: Policy;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What the settings say about every conversation, put together once. */
export function openHouse({ limits, rate, server }: Config, { policy, redactor, log, ...parts }: HouseParts): House {
  const pace = parseRate(rate.connection);
  return {
    ...parts,
    limits,
    maxInFlight: limits.maxInFlight,
    maxInFlightOf: ({ role }) => policy.rules.limits.get(role)?.inFlight ?? limits.maxInFlightPerPrincipal,
    windows: new Tally(),
    marker: new Marker(),
    connectionRate: pace && new Gcra(pace),
    maxUnwritten: limits.pauseReadingBytes,
    maxBatchAnswer: limits.giveUpBytes,
    maxOpeningBytes: limits.maxOpeningBytes,
    maxUnreadable: limits.maxUnreadable,
    desk: new ResumeDesk({ mostWaiting: server.maxConnections }),
    resumeWindowMs: limits.resumeWindowMs,
    history: { maxMessages: limits.maxResumeMessages, maxLength: limits.maxResumeBytes },
    clean: (told) => redactor.shapes(told, { links: 'keep' }),
    onFault: (error, requestId, method) => log.error({ requestId, method, err: error.cause }, 'a fault of the gateway'),
    defer: process.nextTick,
  };
}
