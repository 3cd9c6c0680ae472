import { SilencePattern } from './silence-pattern.ts';

/** `=~` takes alternatives and `.*`; see SilencePattern. A label an alert does not have is "". */
export interface SilenceMatcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~';
  readonly value: string;
}

export interface SilenceRequest {
  /** All of them must fit; at least one. */
  readonly matchers: readonly SilenceMatcher[];
  /** Milliseconds since the epoch, a year from now at most. */
  readonly untilMs: number;
  /** Who wants it. */
  readonly by: string;
  readonly comment: string;
}

export interface Silence extends SilenceRequest {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

const MOST_SILENCES = 500;
const MOST_MATCHERS = 20;
const LONGEST_TEXT = 1000;
const LONGEST_MS = 366 * 86_400_000;

type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

/** Silences that are in force, until they end by themselves. */
export class Silences {
  readonly #makeId: () => string;
  readonly #inForce = new Map<string, { readonly silence: Silence; readonly covers: LabelTest }>();

  constructor(makeId: () => string) {
    this.#makeId = makeId;
  }

  /** @throws RangeError that says what is wrong with it. */
  add(request: SilenceRequest, now: number): Silence {
    const { matchers, untilMs, by, comment } = request;
    checkRequest(request, now);
    this.expire(now);
    if (this.#inForce.size >= MOST_SILENCES) refuse(`there are ${MOST_SILENCES} already; end one first`);
    const silence = { id: this.#makeId(), matchers: matchers.map(copy), untilMs, by, comment, createdAt: now };
    this.#keep(silence);
    return silence;
  }

  /** Ends one before its time; whether there was one. */
  end(id: string): boolean {
    return this.#inForce.delete(id);
  }

  /** Takes up one that was in force before a restart. @throws RangeError that says what is wrong with it. */
  restore(silence: Silence, now: number): void {
    const { id, matchers, untilMs, by, comment, createdAt } = silence;
    if (untilMs <= now) return;
    checkRequest(silence, now);
    if (this.#inForce.size >= MOST_SILENCES) refuse(`there are ${MOST_SILENCES} already`);
    this.#keep({ id, matchers: matchers.map(copy), untilMs, by, comment, createdAt });
  }

  expire(now: number): void {
    for (const [id, { silence }] of this.#inForce) if (silence.untilMs <= now) this.#inForce.delete(id);
  }

  /** Ids of those that cover an alert with these labels. */
  covering(labels: Readonly<Record<string, string>>): string[] {
    return [...this.#inForce.values()].filter(({ covers }) => covers(labels)).map(({ silence }) => silence.id);
  }

  list(): Silence[] {
    return [...this.#inForce.values()].map(({ silence }) => silence);
  }

  #keep(silence: Silence): void {
    const tests = silence.matchers.map(labelTest);
    this.#inForce.set(silence.id, { silence, covers: (labels) => tests.every((test) => test(labels)) });
  }
}

function labelTest({ label, operator, value }: SilenceMatcher): LabelTest {
  // Whoever asks chooses the label: `constructor` is one that every object seems to have.
  const valueIn = (labels: Readonly<Record<string, string>>) =>
    (Object.hasOwn(labels, label) ? labels[label] : '') ?? '';
  if (operator === '=~') {
    const pattern = new SilencePattern(value);
    return (labels) => pattern.fits(valueIn(labels));
  }
  return (labels) => (valueIn(labels) === value) === (operator === '=');
}

function checkRequest({ matchers, untilMs, by, comment }: SilenceRequest, now: number): void {
  if (!Array.isArray(matchers) || matchers.length < 1 || matchers.length > MOST_MATCHERS) {
    refuse(`it needs 1 to ${MOST_MATCHERS} matchers, as { label: "alertname", operator: "=", value: "…" }`);
  }
  for (const matcher of matchers) {
    const { label, operator, value } = matcher;
    if (!isText(label) || label === '' || !isText(value) || !['=', '!=', '=~'].includes(operator)) {
      refuse(`${JSON.stringify(matcher)} is no matcher; give label, operator (=, != or =~) and value`);
    }
    labelTest(matcher);
  }
  if (!(untilMs > now && untilMs <= now + LONGEST_MS)) refuse('untilMs must be later than now, by a year at most');
  if (!isText(by) || by === '') refuse('say by whom it is wanted');
  if (!isText(comment)) refuse(`its comment needs a text of ${LONGEST_TEXT} characters at most`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}

function copy({ label, operator, value }: SilenceMatcher): SilenceMatcher {
  return { label, operator, value };
}

function refuse(sentence: string): never {
  throw new RangeError(`Cannot silence alerts: ${sentence}`);
}
