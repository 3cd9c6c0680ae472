import type { AlertChannel } from '../notify/channel.ts';
import type { AlertNotice } from '../notify/notice.ts';
import { callable, checkOptions, line, required } from '../notify/option-rules.ts';

/** `async (alert_data) => …`: told of one notice at a time. Rejects, or throws, when it should be told again. */
export type AlertHandler = (alert_data: AlertNotice, signal: AbortSignal) => unknown;

export interface HandlerOptions {
  /** What rules and routes call the channel; the function's own name, or `handler`, when not said. */
  readonly name?: string;
}

/**
 * A channel out of a function. It has 10 seconds for each notice, then the signal aborts; what it does after that may be
 * heard after later news.
 */
export function handler(fn: AlertHandler, options: HandlerOptions = {}): AlertChannel {
  checkOptions('make a channel of a handler', { ...options, fn }, { name: line(80, 'a name'), fn: required(callable) });
  const { name = fn.name === '' ? 'handler' : fn.name } = options;
  return {
    name,
    most: 1,
    async deliver(notices, signal) {
      for (const notice of notices) await fn(notice, signal);
    },
  };
}
