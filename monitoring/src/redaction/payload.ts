import type { Json } from '@callsheet/protocol';

/** Deeper than any message may be; what is deeper cannot be sent either. */
const DEEPEST = 256;

/** Hides secrets in what is about to be sent: texts only, names are not judged, and nothing is copied without need. */
export class PayloadHider {
  readonly #hide: (text: string) => string;
  readonly #copy: (value: object) => Json;
  readonly #above = new Set<object>();

  /** `copy` makes JSON of the objects that JSON would not show as they are. */
  constructor(hide: (text: string) => string, copy: (value: object) => Json) {
    this.#hide = hide;
    this.#copy = copy;
  }

  /** The same value when nothing in it had to change. */
  hidden(value: unknown): unknown {
    if (typeof value === 'string') return this.#hide(value);
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    if (this.#above.has(value)) return '[circular]';
    if (this.#above.size >= DEEPEST) return '[too deep]';
    this.#above.add(value);
    try {
      return this.#object(value);
    } catch {
      return '[unreadable]';
    } finally {
      this.#above.delete(value);
    }
  }

  #object(value: object): unknown {
    if (Array.isArray(value)) return this.#array(value);
    if (value instanceof String) return this.#hide(value.valueOf());
    if (value instanceof Error || value instanceof Map || value instanceof Set) return this.#copy(value);
    const toJSON: unknown = Reflect.get(value, 'toJSON');
    if (typeof toJSON !== 'function') return this.#members(value);
    const json: unknown = toJSON.call(value, '');
    const hidden = this.hidden(json);
    return hidden === json ? value : hidden;
  }

  #array(items: readonly unknown[]): unknown {
    let copy: unknown[] | undefined;
    for (let at = 0; at < items.length; at++) {
      const hidden = this.hidden(items[at]);
      if (hidden !== items[at]) copy ??= items.slice(0, at);
      copy?.push(hidden);
    }
    return copy ?? items;
  }

  #members(value: object): unknown {
    let changed = false;
    const entries: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) {
      const name = this.#hide(key);
      const hidden = this.hidden(item);
      changed ||= name !== key || hidden !== item;
      entries.push([name, hidden]);
    }
    // Unlike assignment, this makes an own member of `__proto__`.
    return changed ? Object.fromEntries(entries) : value;
  }
}
