import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import type { NodeClient } from '../client.ts';
import { inColumns, rowsOf, text, timeOf } from './in-columns.ts';
import { printJson, type Terminal, writeAll } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import type { AlertAction, Matcher, WatchCommand } from './watch-line.ts';

/** As much of an alert's id as people type. */
const SHORT_ID = 8;
const SEVERITIES = ['critical', 'warning', 'info'];

/** Lists what is alarming and who is kept from hearing of it; says that somebody knows; tries a channel. */
export async function alerts(
  { action, json }: Extract<WatchCommand, { readonly name: 'alerts' }>,
  client: NodeClient,
  terminal: Terminal,
): Promise<void> {
  const ask = (method: string, params: JsonObject) => client.request(method, params, { signal: terminal.interrupt });
  const answer = await askFor(action, ask);
  if (json) return printJson(terminal, answer);
  await writeAll(terminal.stdout, action.do === 'list' ? listing(answer) : `${outcome(action, answer)}\n`);
}

type Ask = (method: string, params: JsonObject) => Promise<Json>;

async function askFor(action: AlertAction, ask: Ask): Promise<Json> {
  switch (action.do) {
    case 'list':
      return ask('alerts/list', {});
    case 'ack': {
      const alert = idOf(action.alert, await ask('alerts/list', {}));
      return ask('alerts/ack', { alert, ...commented(action.comment) });
    }
    case 'silence': {
      const { matchers, minutes, comment } = action;
      return ask('alerts/silence', { matchers: matchers.map((one) => ({ ...one })), minutes, ...commented(comment) });
    }
    case 'unsilence':
      return ask('alerts/unsilence', { silence: action.silence });
    case 'test':
      return ask('alerts/test', { channel: action.channel });
  }
}

function commented(comment: string | undefined): JsonObject {
  return comment === undefined ? {} : { comment };
}

/** The id of the firing alert that is meant by its name, or by the beginning of its id. Throws UsageError. */
function idOf(wanted: string, answer: Json): string {
  const firing = alertsOf(answer).filter(({ state }) => state === 'firing');
  const meant = firing.filter(({ id, name }) => name === wanted || String(id).startsWith(wanted));
  if (meant.length === 1) return String(meant[0]?.id);
  const those = (meant.length > 0 ? meant : firing).map(({ id, name }) => `${text(name)} (${shortId(id)})`).join(', ');
  throw new UsageError(
    meant.length > 0
      ? `Cannot acknowledge "${wanted}": it fires more than once; give the id of one: ${those}`
      : `Cannot acknowledge "${wanted}": no such alert is firing; ${those === '' ? 'none is' : `firing: ${those}`}`,
  );
}

function alertsOf(answer: Json): readonly JsonObject[] {
  return rowsOf(answer, 'rules').flatMap((rule) => rowsOf(rule, 'alerts'));
}

function listing(answer: Json): string {
  const found = alertsOf(answer)
    .filter(({ state }) => state === 'firing' || state === 'pending')
    .sort((a, b) => rank(a) - rank(b));
  const rules = rowsOf(answer, 'rules').filter(({ enabled }) => enabled === true);
  const faults = rules.filter(({ fault }) => fault !== undefined);
  const silences = rowsOf(answer, 'silences');
  const channels = rowsOf(answer, 'channels').filter(({ failed, dropped }) => Number(failed) + Number(dropped) > 0);
  const parts = [
    found.length === 0 ? `all is well: ${rules.length} rules, no alert\n` : inColumns(found.map(alertRow)),
    faults.map(({ name, fault }) => `rule ${text(name)} cannot be judged: ${text(fault)}\n`).join(''),
    inColumns(silences.map(silenceRow)),
    channels.map((one) => `channel ${text(one.channel)}: ${one.failed} failed, ${one.dropped} dropped\n`).join(''),
  ];
  return parts.join('');
}

/** What people should look at first. */
function rank({ state, severity }: JsonObject): number {
  return (state === 'firing' ? 0 : SEVERITIES.length) + SEVERITIES.indexOf(String(severity));
}

function alertRow({ id, state, severity, name, since, annotations, acknowledged, silencedBy }: JsonObject): string[] {
  const summary = isJsonObject(annotations) ? text(annotations.summary) : '';
  const known = isJsonObject(acknowledged) ? [`(${text(acknowledged.by)} knows)`] : [];
  const quiet = Array.isArray(silencedBy) && silencedBy.length > 0 ? ['(silenced)'] : [];
  return [shortId(id), text(state), text(severity), text(name), timeOf(since), [summary, ...known, ...quiet].join(' ')];
}

function silenceRow({ id, matchers, untilMs, by, comment }: JsonObject): string[] {
  const what = Array.isArray(matchers) ? matchers.filter(isJsonObject).map(matcherText).join(' ') : '';
  return [text(id), 'silence', what, `until ${timeOf(untilMs)}`, text(by), text(comment)];
}

function matcherText({ label, operator, value }: JsonObject | Matcher): string {
  return text(`${label}${operator}${value}`);
}

function outcome(action: Exclude<AlertAction, { readonly do: 'list' }>, answer: Json): string {
  const told = isJsonObject(answer) ? answer : {};
  switch (action.do) {
    case 'ack':
      return `acknowledged ${text(told.name)}: nobody is reminded until it is over`;
    case 'silence':
      return `${text(told.id)} keeps people from being told of ${action.matchers.map(matcherText).join(' ')} until ${timeOf(told.untilMs)}`;
    case 'unsilence':
      return `ended ${action.silence}`;
    case 'test':
      return `delivered a test notice to ${action.channel}`;
  }
}

function shortId(id: Json | undefined): string {
  return text(id).slice(0, SHORT_ID);
}
