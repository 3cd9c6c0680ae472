import type { TimedWord } from '../../src/timed-word.ts';

/** Words of a sentence with the times of an even voice: a little longer for longer words, with pauses at marks. */
export function spoken(text: string, from = 0): TimedWord[] {
  let at = from;
  return text.split(' ').map((w) => {
    const start = at;
    const end = start + 0.12 + 0.05 * w.length;
    at = end + (/[.!?]$/.test(w) ? 0.4 : /,$/.test(w) ? 0.15 : 0.02);
    return { w, start, end };
  });
}
