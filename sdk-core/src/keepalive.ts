import { TIMER_SLACK_MS, type Timer } from './clock.ts';
import type { ConnectionSettings } from './settings.ts';

export interface Keepalive {
  /** Of the last question and its answer; 0 before. Milliseconds. */
  readonly rttMs: number;
  /** Something arrived. */
  heard(): void;
  /** What arrived is the answer. */
  answered(): void;
  /** Asks now, whatever was heard. */
  probe(): void;
  stop(): void;
}

/** When the network came back or somebody looks again, an answer is due sooner. Milliseconds. */
const PROBE_MS = 1_000;

/**
 * Notices a peer that went silent without closing (half-open connection, cable pulled, laptop slept). The platform answers
 * the server's WebSocket pings without telling us, so silence here means: ask, and believe any sign of life. A timer that
 * fires late proves nothing, because hidden pages are throttled to one in a minute and sleeping machines to none: then ask
 * again, once: what is silent for two questions in a row is dead, however late the timers are.
 */
export function keepalive(
  { clock, intervalMs, pongMs }: ConnectionSettings,
  ask: () => void,
  dead: () => void,
): Keepalive {
  let timer: Timer;
  let heardAt = clock.now();
  let askedAt = 0;
  /** How long the open question may take; 0 when something arrived since. */
  let patience = 0;
  let again = false;

  const wait = (ms: number): void => {
    timer = clock.after(ms, () => {
      const now = clock.now();
      const left = heardAt + intervalMs - now;
      if (patience === 0) {
        if (left < TIMER_SLACK_MS) question(pongMs);
        else wait(left);
      } else if (!again && now - askedAt > 2 * patience) question(patience, true);
      else dead();
    });
  };
  const question = (withinMs: number, second = false): void => {
    askedAt = clock.now();
    patience = withinMs;
    again = second;
    // The timer first: asking can be what tells the link that the socket is gone, and that stops it.
    wait(withinMs);
    ask();
  };
  wait(intervalMs);

  const self = {
    rttMs: 0,
    // Only a note of the time: the timer looks at it when it fires, so a busy link sets no timers.
    heard: () => {
      heardAt = clock.now();
      patience = 0;
    },
    answered: () => {
      self.rttMs = heardAt - askedAt;
    },
    probe: () => {
      timer.cancel();
      question(Math.min(PROBE_MS, pongMs));
    },
    stop: () => timer.cancel(),
  };
  return self;
}
