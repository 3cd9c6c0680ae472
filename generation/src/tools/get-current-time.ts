import { CallError, type Tool } from '@callsheet/protocol';
import { integer, object, string } from '../schemas/keywords.ts';

type Arguments = { readonly timezone?: string };

type CurrentTime = {
  readonly iso: string;
  readonly unix_ms: number;
  readonly timezone: string;
  readonly formatted: string;
};

/** Tells the time. @param now milliseconds since the epoch */
export function getCurrentTime(now: () => number): Tool<Arguments, CurrentTime> {
  return {
    name: 'get_current_time',
    title: 'Current time',
    description: 'Tells the current date and time, in UTC or in a named time zone such as "Europe/Paris".',
    category: 'server',
    input: object({
      timezone: string({ maxLength: 64, default: 'UTC', description: 'IANA time zone name, e.g. "Europe/Paris".' }),
    }),
    output: object(
      {
        iso: string({ description: 'ISO 8601 with the offset of the time zone.' }),
        unix_ms: integer({ description: 'Milliseconds since 1970-01-01T00:00:00Z.' }),
        timezone: string(),
        formatted: string({ description: 'For reading aloud, in English.' }),
      },
      ['iso', 'unix_ms', 'timezone', 'formatted'],
    ),
    execution: 'call',
    idempotent: true,
    readOnly: true,
    timeoutMs: 5000,
    run: async ({ timezone = 'UTC' }) => describe(now(), timezone),
  };
}

function describe(ms: number, timezone: string): CurrentTime {
  const fields = fieldsOf(ms, timezone);
  const offset = fields.timeZoneName === 'GMT' ? '+00:00' : fields.timeZoneName?.slice(3);
  const millis = String(ms % 1000).padStart(3, '0');
  const zone = offset === '+00:00' ? 'Z' : offset;
  return {
    iso: `${fields.year}-${fields.month}-${fields.day}T${fields.hour}:${fields.minute}:${fields.second}.${millis}${zone}`,
    unix_ms: ms,
    timezone,
    formatted: new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long', timeZone: timezone }).format(ms),
  };
}

function fieldsOf(ms: number, timeZone: string): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  const two = '2-digit';
  try {
    const format = new Intl.DateTimeFormat('en', {
      ...{ timeZone, hourCycle: 'h23', timeZoneName: 'longOffset' },
      ...{ year: 'numeric', month: two, day: two, hour: two, minute: two, second: two },
    });
    return Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  } catch (cause) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot tell the time in "${timeZone}": no such time zone; give an IANA name like "Europe/Paris"`,
      { cause, issues: [{ path: '/timezone', keyword: 'timezone', message: 'must be an IANA time zone name' }] },
    );
  }
}
