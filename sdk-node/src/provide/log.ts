import type { JsonObject, ToolLog } from '@callsheet/protocol';

/** Writes warnings and errors, one JSON line each; what a worker says when nobody gave it a log. */
export function quietLog(out: { write(text: string): unknown }, now: () => number): ToolLog {
  const line =
    (level: string) =>
    (fields: JsonObject, message: string): void => {
      out.write(`${JSON.stringify({ level, time: new Date(now()).toISOString(), ...fields, message })}\n`);
    };
  return { debug: () => undefined, info: () => undefined, warn: line('warn'), error: line('error') };
}

/** The same log with members on every line. */
export function withFields(log: ToolLog, fields: JsonObject): ToolLog {
  return {
    debug: (more, message) => log.debug({ ...more, ...fields }, message),
    info: (more, message) => log.info({ ...more, ...fields }, message),
    warn: (more, message) => log.warn({ ...more, ...fields }, message),
    error: (more, message) => log.error({ ...more, ...fields }, message),
  };
}
