import { refusal } from './refusal.ts';

/** An object whose fields are read one by one, each with its own sentence when it is wrong. */
export class Fields {
  readonly #of: Readonly<Record<string, unknown>>;
  readonly #path: string;

  /** @throws CallError INVALID_PARAMS when `value` is no object. */
  constructor(value: unknown, path: string) {
    if (!isRecord(value)) throw refusal(path, 'type', value, 'send an object');
    this.#of = value;
    this.#path = path;
  }

  path(name: string): string {
    return `${this.#path}/${name}`;
  }

  /** `fallback` when it is missing; null is not missing. */
  value(name: string, fallback?: unknown): unknown {
    const value = Object.hasOwn(this.#of, name) ? this.#of[name] : undefined;
    return value === undefined ? fallback : value;
  }

  /** A text that `fits`; `fallback` when it is missing. */
  text(name: string, fits: (text: string) => boolean, wish: string, fallback?: string): string {
    const value = this.value(name, fallback);
    if (typeof value === 'string' && fits(value)) return value;
    throw refusal(this.path(name), typeof value === 'string' ? 'pattern' : 'type', value, wish);
  }

  /** A whole number within the bounds; `fallback` when it is missing. */
  integer(name: string, least: number, most: number, fallback?: number): number {
    const value = this.value(name, fallback);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    throw refusal(this.path(name), 'type', value, `use a whole number from ${least} to ${most}`);
  }

  /** Any number within the bounds; `fallback` when it is missing. */
  number(name: string, least: number, most: number, fallback: number): number {
    const value = this.value(name, fallback);
    if (typeof value === 'number' && value >= least && value <= most) return value;
    throw refusal(this.path(name), 'type', value, `use a number from ${least} to ${most}`);
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.value(name, fallback);
    if (typeof value === 'boolean') return value;
    throw refusal(this.path(name), 'type', value, 'use true or false');
  }

  /** At most `most` items; none when it is missing. */
  list(name: string, most: number): readonly unknown[] {
    const value = this.value(name, []);
    if (!Array.isArray(value)) throw refusal(this.path(name), 'type', value, 'send an array');
    if (value.length > most) throw refusal(this.path(name), 'maxItems', value.length, `send at most ${most} items`);
    return value;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
