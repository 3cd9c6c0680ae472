import type { Acknowledgement } from './alert.ts';
import type { Silence } from './silences.ts';

/** What an engine should know again after a restart. Plain JSON. */
export interface AlertEngineState {
  readonly version: 1;
  readonly silences: readonly Silence[];
  /** Alerts that were firing. */
  readonly firing: readonly FiringAlert[];
}

type Field = keyof AlertEngineState | keyof FiringAlert | keyof Silence | keyof Acknowledgement;

/** Times are milliseconds since the epoch. */
export interface FiringAlert {
  readonly rule: string;
  /** Values of the rule's `by`. */
  readonly byValues: readonly string[];
  readonly value: number;
  readonly activeAt: number;
  readonly firingAt: number;
  /** When people were last told; undefined when they were not. */
  readonly toldAt?: number | undefined;
  readonly acknowledged?: Acknowledgement | undefined;
}

/**
 * Looks at what was stored. What in it is no alert or no silence is left out, so that a damaged file costs no more than its
 * damage. @throws RangeError when it is no state at all.
 */
export function readEngineState(stored: unknown): AlertEngineState {
  const { version, silences, firing } = fieldsOf(stored);
  if (version !== 1) {
    throw new RangeError('Cannot take up the alerts of before: this is no state of an alert engine, version 1');
  }
  return { version: 1, silences: listOf(silences).filter(isSilence), firing: listOf(firing).filter(isFiring) };
}

function isSilence(stored: unknown): stored is Silence {
  const { id, matchers, untilMs, createdAt } = fieldsOf(stored);
  return typeof id === 'string' && Array.isArray(matchers) && areNumbers(untilMs, createdAt);
}

function isFiring(stored: unknown): stored is FiringAlert {
  const { rule, byValues, value, activeAt, firingAt, toldAt = 0, acknowledged } = fieldsOf(stored);
  const areTexts = Array.isArray(byValues) && byValues.every((one) => typeof one === 'string');
  const isKnown = acknowledged === undefined || isAcknowledgement(acknowledged);
  return typeof rule === 'string' && areTexts && areNumbers(value, activeAt, firingAt, toldAt) && isKnown;
}

function isAcknowledgement(stored: unknown): stored is Acknowledgement {
  const { by, at, comment } = fieldsOf(stored);
  return typeof by === 'string' && areNumbers(at) && typeof comment === 'string';
}

function fieldsOf(value: unknown): Readonly<Partial<Record<Field, unknown>>> {
  return typeof value === 'object' && value !== null ? value : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function areNumbers(...values: readonly unknown[]): boolean {
  return values.every(Number.isFinite);
}
