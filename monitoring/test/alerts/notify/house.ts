import { keptLog } from '../../../../server/test/kept-log.ts';
import type { AlertChannel } from '../../../src/alerts/notify/channel.ts';
import type { AlertNotice } from '../../../src/alerts/notify/notice.ts';
import { Notifier } from '../../../src/alerts/notify/notifier.ts';
import type { NotifierOptions } from '../../../src/alerts/notify/notifier-options.ts';
import { TurnedClock } from './turned-clock.ts';

/** A notifier with a clock, a log and dice that the test holds. */
export function house(channels: readonly AlertChannel[], options: Partial<NotifierOptions> = {}) {
  const clock = new TurnedClock();
  const log = keptLog();
  const notifier = new Notifier({ channels, clock, log, random: () => 0.5, ...options });
  const countsOf = (channel: string) => notifier.counts().find((counts) => counts.channel === channel);
  return { clock, log, notifier, countsOf };
}

type Behaviour = (signal: AbortSignal, notices: readonly AlertNotice[]) => Promise<void> | void;

/** A channel that keeps each delivery it was asked for and then does what it is told to do, at last nothing but taking them. */
export class ScriptedChannel implements AlertChannel {
  readonly name: string;
  readonly deliveries: (readonly AlertNotice[])[] = [];
  readonly #script: Behaviour[];

  constructor(name: string, ...script: Behaviour[]) {
    this.name = name;
    this.#script = script;
  }

  /** `rule status` of each notice of each delivery. */
  get told(): string[][] {
    return this.deliveries.map((notices) => notices.map(({ rule_name, status }) => `${rule_name} ${status}`));
  }

  async deliver(notices: readonly AlertNotice[], signal: AbortSignal): Promise<void> {
    this.deliveries.push(notices);
    await this.#script.shift()?.(signal, notices);
  }
}

/** Never ends, whatever its signal says. */
export function hang(): Promise<void> {
  return new Promise(() => undefined);
}
