import type { Json, JsonObject } from '@callsheet/protocol';
import { judgeName, type NameVerdict } from './names.ts';
import { REDACTED } from './ranges.ts';

export interface CopyBounds {
  /** Values inside values inside values. */
  readonly maxDepth: number;
  /** Members and items in all. */
  readonly maxMembers: number;
  /** Characters of all texts together. */
  readonly maxCharacters: number;
}

/** What may stand in front of its value in a list: a header, an option of a command line. */
const LISTED_NAME = /^-{0,2}[\w.-]{1,64}:?$/;

/** A name, and the way to read its value. */
type Member = readonly [string, () => unknown];

/** Copies whatever a program may hold into JSON that holds no secret. One copier makes one copy. */
export class Copier {
  readonly #hide: (text: string) => string;
  readonly #judge: (name: string) => NameVerdict;
  readonly #maxDepth: number;
  #left: number;
  #charactersLeft: number;
  readonly #above = new Set<object>();

  constructor(hide: (text: string) => string, bounds: CopyBounds, judge = judgeName) {
    this.#hide = hide;
    this.#judge = judge;
    this.#maxDepth = bounds.maxDepth;
    this.#left = bounds.maxMembers;
    this.#charactersLeft = bounds.maxCharacters;
  }

  copy(value: unknown): Json {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'boolean':
        return value;
      case 'undefined':
        return null;
      case 'object':
        return value === null ? null : this.#object(value);
      case 'function':
        return '[function]';
      default:
        return this.#text(String(value));
    }
  }

  /** Reading a member may run a getter or a trap of a proxy, and those may throw anything. */
  #object(value: object): Json {
    if (this.#above.has(value)) return '[circular]';
    if (this.#above.size >= this.#maxDepth) return '[too deep]';
    this.#above.add(value);
    try {
      return this.#known(value) ?? this.#members(membersOf(value, Object.keys(value)));
    } catch {
      return '[unreadable]';
    } finally {
      this.#above.delete(value);
    }
  }

  /** Objects whose own members do not say what they hold. */
  #known(value: object): Json | undefined {
    if (Array.isArray(value)) return this.#items(value);
    if (value instanceof Error) return this.#error(value);
    if (value instanceof Map) return this.#entries(value);
    if (value instanceof Set) return this.#items([...value]);
    if (value instanceof URLSearchParams || value instanceof Headers) return this.#entries(value.entries());
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (value instanceof URL || value instanceof RegExp) return this.#text(String(value));
    if (value instanceof String || value instanceof Number || value instanceof Boolean)
      return this.copy(value.valueOf());
    return undefined;
  }

  /** A name and a value side by side, as raw headers and command lines have them, are a member in other clothes. */
  #items(items: readonly unknown[]): Json {
    const copy: Json[] = [];
    let name = '';
    for (const [index, item] of items.entries()) {
      if (this.#left-- <= 0) return [...copy, `[${items.length - index} more]`];
      copy.push(typeof item === 'string' ? this.#member(name, item) : this.copy(item));
      name = typeof item === 'string' && LISTED_NAME.test(item) ? item : '';
    }
    return copy;
  }

  #entries(entries: Iterable<[unknown, unknown]>): Json {
    return this.#members(
      [...entries].map(([key, value]) => [typeof key === 'string' ? key : nameOf(key), () => value]),
    );
  }

  #error(error: Error): Json {
    const names = new Set(['name', 'message', 'stack', 'cause', 'errors', ...Object.keys(error)]);
    return this.#members(membersOf(error, [...names]));
  }

  #members(members: readonly Member[]): JsonObject {
    const copy: JsonObject = {};
    const named = this.#nameInside(members);
    for (const [index, [key, read]] of members.entries()) {
      if (this.#left-- <= 0) {
        put(copy, '…', index, `[${members.length - index} more]`);
        break;
      }
      put(copy, this.#text(key), index, this.#read(key === 'value' ? named : key, read));
    }
    return copy;
  }

  /** `{ name: 'authorization', value: '…' }`, again a member in other clothes. */
  #nameInside(members: readonly Member[]): string {
    try {
      const name = members.find(([key]) => key === 'name' || key === 'key')?.[1]();
      return typeof name === 'string' ? name : '';
    } catch {
      return '';
    }
  }

  #read(name: string, read: () => unknown): Json | undefined {
    try {
      const value = read();
      return value === undefined ? undefined : this.#member(name, value);
    } catch {
      return '[unreadable]';
    }
  }

  #text(text: string): string {
    if (this.#charactersLeft <= 0) return '[cut]';
    const hidden = this.#hide(text);
    this.#charactersLeft -= hidden.length;
    return hidden;
  }

  /** True, false and nothing tell no secret: `hasPassword: true`. */
  #member(name: string, value: unknown): Json {
    if (typeof value === 'boolean' || value === null || value === undefined) return value ?? null;
    const verdict = this.#judge(name);
    const hidden = verdict === 'secret' || (verdict === 'counted' && typeof value !== 'number');
    return hidden ? REDACTED : this.copy(value);
  }
}

/** Adds a member under a name that is still free: two hidden names are both `[REDACTED]`. */
function put(into: JsonObject, key: string, index: number, value: Json | undefined): void {
  if (value === undefined) return;
  let name = key;
  for (let place = index; Object.hasOwn(into, name); place++) name = `${key} ${place}`;
  // By definition, not by assignment: a member may be called `__proto__`.
  Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
}

function membersOf(value: object, names: readonly string[]): Member[] {
  return names.map((name) => [name, () => Reflect.get(value, name)]);
}

function nameOf(key: unknown): string {
  return typeof key === 'object' && key !== null ? '[object]' : String(key);
}
