import { CONNECTION, type Connection, connection, expectCount, meantOr, parse } from './arguments.ts';
import { readDuration } from './duration.ts';
import { UsageError } from './usage-error.ts';

/** Which alerts: those whose label is, or is not, or fits. */
export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~';
  readonly value: string;
}

/** What operators do about alerts. */
export type AlertAction =
  | { readonly do: 'list' }
  | { readonly do: 'ack'; readonly alert: string; readonly comment: string | undefined }
  | {
      readonly do: 'silence';
      readonly matchers: readonly Matcher[];
      readonly minutes: number;
      readonly comment: string | undefined;
    }
  | { readonly do: 'unsilence'; readonly silence: string }
  | { readonly do: 'test'; readonly channel: string };

/** What watches a gateway. */
export type WatchCommand =
  | ({ readonly name: 'alerts'; readonly action: AlertAction; readonly json: boolean } & Connection)
  | ({
      readonly name: 'metrics';
      /** `top` are callers; a name of a metric is its course. */
      readonly what: 'snapshot' | { readonly top: 'calls' | 'errors' } | { readonly metric: string };
      readonly overSeconds: number | undefined;
      readonly json: boolean;
    } & Connection)
  | ({
      readonly name: 'traces';
      readonly traceId: string | undefined;
      readonly tool: string | undefined;
      readonly errors: boolean;
      readonly json: boolean;
    } & Connection);

const WATCHING = { ...CONNECTION, json: { type: 'boolean' } } as const;
const ACTIONS = ['list', 'ack', 'silence', 'unsilence', 'test'];
const MATCHER = /^(\w+)(=~|!=|=)(.*)$/;
const MINUTE_MS = 60_000;

export function readAlerts(args: readonly string[]): WatchCommand | { readonly name: 'help' } {
  const { values, positionals } = parse(args, { ...WATCHING, for: { type: 'string' }, comment: { type: 'string' } });
  if (values.help) return { name: 'help' };
  const [verb = 'list', ...rest] = positionals;
  const action = actionOf(verb, rest, values);
  if (values.for !== undefined && verb !== 'silence') throw new UsageError('--for is for alerts silence');
  if (values.comment !== undefined && verb !== 'silence' && verb !== 'ack') {
    throw new UsageError('--comment is for alerts ack and alerts silence');
  }
  return { name: 'alerts', action, json: values.json === true, ...connection(values) };
}

function actionOf(
  verb: string,
  rest: readonly string[],
  { for: time = '1h', comment }: { readonly for?: string; readonly comment?: string },
): AlertAction {
  switch (verb) {
    case 'list':
      expectCount(rest, 0, 'alerts list takes no argument');
      return { do: 'list' };
    case 'ack': {
      const [alert = ''] = expectCount(rest, 1, 'alerts ack takes the name or the id of one alert');
      return { do: 'ack', alert, comment };
    }
    case 'silence': {
      if (rest.length === 0) {
        throw new UsageError('alerts silence takes the name of an alert, or labels such as tool=create_video');
      }
      const minutes = Math.ceil(readDuration(time, '--for') / MINUTE_MS);
      return { do: 'silence', matchers: rest.map(matcherOf), minutes, comment };
    }
    case 'unsilence': {
      const [silence = ''] = expectCount(rest, 1, 'alerts unsilence takes the id of one silence');
      return { do: 'unsilence', silence };
    }
    case 'test': {
      const [channel = ''] = expectCount(rest, 1, 'alerts test takes the name of one channel');
      return { do: 'test', channel };
    }
    default:
      throw new UsageError(`There is no "alerts ${verb}"; ${meantOr(ACTIONS, verb, (known) => `"alerts ${known}"`)}`);
  }
}

/** `tool=create_video`, `tool!=song`, `tool=~create_.*`; a bare word is the name of an alert. */
function matcherOf(word: string): Matcher {
  const [, label, operator, value = ''] = MATCHER.exec(word) ?? [];
  if (label === undefined) return { label: 'alertname', operator: '=', value: word };
  return { label, operator: operator as Matcher['operator'], value };
}

export function readMetrics(args: readonly string[]): WatchCommand | { readonly name: 'help' } {
  const { values, positionals } = parse(args, { ...WATCHING, errors: { type: 'boolean' }, over: { type: 'string' } });
  if (values.help) return { name: 'help' };
  if (positionals.length > 0) expectCount(positionals, 1, 'metrics takes "top", the name of one metric, or nothing');
  const [word = 'snapshot'] = positionals;
  if (values.errors === true && word !== 'top') throw new UsageError('--errors is for metrics top');
  const what =
    word === 'snapshot'
      ? word
      : word === 'top'
        ? { top: values.errors === true ? ('errors' as const) : ('calls' as const) }
        : { metric: word };
  if (values.over !== undefined && (word === 'snapshot' || word === 'top')) {
    throw new UsageError('--over is for the course of one metric');
  }
  const overSeconds = values.over === undefined ? undefined : Math.ceil(readDuration(values.over, '--over') / 1000);
  return { name: 'metrics', what, overSeconds, json: values.json === true, ...connection(values) };
}

export function readTraces(args: readonly string[]): WatchCommand | { readonly name: 'help' } {
  const { values, positionals } = parse(args, { ...WATCHING, errors: { type: 'boolean' }, tool: { type: 'string' } });
  if (values.help) return { name: 'help' };
  if (positionals.length > 0) expectCount(positionals, 1, 'traces takes the id of one trace, or nothing');
  const { tool, errors = false, json = false } = values;
  return { name: 'traces', traceId: positionals[0], tool, errors, json, ...connection(values) };
}
