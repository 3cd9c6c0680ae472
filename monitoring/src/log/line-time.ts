const THREE_DIGITS: readonly string[] = Array.from({ length: 1_000 }, (_, number) => String(number).padStart(3, '0'));

/**
 * Writes times as ISO 8601 with milliseconds. Lines come in order, so that of most times only the last three digits are new:
 * a tenth of what `toISOString` costs.
 */
export class LineTime {
  /** Milliseconds since the epoch of the second that was written last. */
  #second = Number.NaN;
  #text = '';

  /** `2026-11-21T08:00:00.000Z` of milliseconds since the epoch. */
  text(at: number): string {
    const past = Math.trunc(at) - this.#second;
    if (past >= 0 && past < 1_000) return `${this.#text}${THREE_DIGITS[past]}Z`;
    return this.#begin(at);
  }

  #begin(at: number): string {
    const text = new Date(at).toISOString();
    this.#second = Math.floor(at / 1_000) * 1_000;
    this.#text = text.slice(0, -4);
    return text;
  }
}

/** Milliseconds with three digits behind the point, as JSON. `NaN` and what is negative are 0. */
export function millisecondsText(ms: number): string {
  const micros = Math.round(ms * 1_000);
  if (!(micros > 0)) return '0.000';
  const whole = Math.floor(micros / 1_000);
  return `${whole}.${THREE_DIGITS[micros - whole * 1_000]}`;
}
