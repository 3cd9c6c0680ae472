import type { ToolLog } from '@callsheet/protocol';
import type { AlertChannel } from './channel.ts';
import type { Clock, Random } from './clock.ts';
import type { CourierRules } from './courier.ts';
import { SEVERITIES } from './notice.ts';
import { callable, checkOptions, isListOf, required, whole, withMethods } from './option-rules.ts';
import type { Route } from './routes.ts';

export interface NotifierOptions {
  /** Each with a name of its own. */
  readonly channels: readonly AlertChannel[];
  /** Which severities go where, for rules that name no channels; everything everywhere when there are none. */
  readonly routes?: readonly Route[];
  readonly clock: Clock;
  readonly log: ToolLog;
  /** 0 up to 1, like Math.random. */
  readonly random: Random;
  /** Notices that wait for one channel; 1,000. Beyond, the oldest are dropped, reminders first. */
  readonly mostWaiting?: number;
  /** How long is waited for others to go in the same delivery, in milliseconds; 5,000. 0 tells each at once. */
  readonly groupMs?: number;
  /** How long a channel has for a delivery, in milliseconds; 10,000. */
  readonly deliverMs?: number;
  /** How much longer it is waited for when it goes on after that; 10,000. */
  readonly graceMs?: number;
  /** Deliveries of a notice in all; 20, with pauses about seven minutes. */
  readonly attempts?: number;
  /** Bound of the first pause after a failure, in milliseconds; 1,000. It doubles with each failure. */
  readonly pauseMs?: number;
  /** What the bound grows to, in milliseconds; 60,000. */
  readonly longestPauseMs?: number;
}

const HOUR_MS = 3_600_000;

/** Fills in what was not said. @throws TypeError that names the option, its value and what would do */
export function courierRules(options: NotifierOptions): CourierRules {
  const doing = 'make a notifier';
  checkOptions(doing, options, {
    channels: required({ expected: 'a list of channels', fits: (value) => isListOf(value, isChannel) }),
    routes: {
      expected: `a list of { severities?, channels }, severities of ${SEVERITIES.join(', ')}`,
      fits: areRoutes,
    },
    clock: required(withMethods('now', 'after')),
    log: required(withMethods('debug', 'info', 'warn', 'error')),
    random: required(callable),
    mostWaiting: whole(1, 100_000, 'notices'),
    groupMs: whole(0, HOUR_MS, 'milliseconds'),
    deliverMs: whole(1, HOUR_MS, 'milliseconds'),
    graceMs: whole(0, HOUR_MS, 'milliseconds'),
    attempts: whole(1, 1_000, 'attempts'),
    pauseMs: whole(1, HOUR_MS, 'milliseconds'),
    longestPauseMs: whole(1, HOUR_MS, 'milliseconds'),
  });
  checkNames(doing, options);
  const { mostWaiting = 1_000, groupMs = 5_000, deliverMs = 10_000, graceMs = 10_000 } = options;
  const { attempts = 20, pauseMs = 1_000, longestPauseMs = 60_000 } = options;
  return { mostWaiting, groupMs, deliverMs, graceMs, attempts, pauseMs, longestPauseMs };
}

function checkNames(doing: string, { channels, routes = [] }: NotifierOptions): void {
  const names = channels.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new TypeError(`Cannot ${doing}: two channels are called "${twice}"; name each its own`);
  const missing = routes.flatMap((route) => route.channels).find((name) => !names.includes(name));
  if (missing === undefined) return;
  throw new TypeError(`Cannot ${doing}: a route leads to "${missing}"; the channels are ${names.join(', ') || 'none'}`);
}

function isChannel(value: unknown): value is AlertChannel {
  const { name, deliver, most = 1 } = Object(value) as Partial<AlertChannel>;
  const isCount = Number.isSafeInteger(most) && most >= 1;
  return typeof name === 'string' && name !== '' && typeof deliver === 'function' && isCount;
}

function areRoutes(value: unknown): boolean {
  return isListOf(value, (route) => {
    const { severities = [], channels } = Object(route) as {
      readonly severities?: unknown;
      readonly channels?: unknown;
    };
    const isSeverity = (word: unknown) => SEVERITIES.some((severity) => severity === word);
    return isListOf(severities, isSeverity) && isListOf(channels, (name) => typeof name === 'string');
  });
}
