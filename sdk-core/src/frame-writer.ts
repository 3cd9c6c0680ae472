/** What one frame may hold. */
export interface FrameLimits {
  /** Messages in one array frame. */
  readonly maxBatch: number;
  /** Bytes of one message. */
  readonly maxPayloadBytes: number;
}

/**
 * Puts all messages of one microtask turn into one frame: an array of independent messages, agreed on as `coalesce` in
 * `session/open`. Writing a frame costs far more than what is in it, so this is most of the client's throughput.
 */
export class FrameWriter {
  readonly #send: (text: string) => void;
  readonly #limits: FrameLimits;
  #texts: string[] = [];
  /** Characters that wait for the end of the turn. */
  waiting = 0;

  constructor(send: (text: string) => void, limits: FrameLimits) {
    this.#send = send;
    this.#limits = limits;
  }

  write(text: string): void {
    this.waiting += text.length;
    if (this.#texts.push(text) === 1) queueMicrotask(() => this.flush());
  }

  /** Sends what waits, now. */
  flush(): void {
    const texts = this.#texts;
    this.#texts = [];
    this.waiting = 0;
    for (const frame of framesOf(texts, this.#limits)) this.#send(frame);
  }
}

function* framesOf(texts: readonly string[], limits: FrameLimits): Generator<string> {
  let from = 0;
  let units = 0;
  // A UTF-16 unit is at most three bytes of UTF-8. Counting exactly would read every text once more.
  const most = limits.maxPayloadBytes / 3;
  for (let at = 0; at < texts.length; at++) {
    const size = (texts[at] ?? '').length + 1;
    if (at > from && (at - from === limits.maxBatch || units + size > most)) {
      yield frameOf(texts.slice(from, at));
      from = at;
      units = 0;
    }
    units += size;
  }
  if (from < texts.length) yield frameOf(texts.slice(from));
}

function frameOf(texts: readonly string[]): string {
  const [only] = texts;
  return texts.length === 1 && only !== undefined ? only : `[${texts.join(',')}]`;
}
