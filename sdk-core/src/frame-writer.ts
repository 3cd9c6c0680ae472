export interface FrameWriter {
  /** Characters that wait for the end of the turn. */
  readonly waiting: number;
  write(text: string): void;
  /** Sends what waits, now. */
  flush(): void;
}

/**
 * Puts all messages of one microtask turn into one frame: an array of independent messages, agreed on as `coalesce` in
 * `session/open`. Writing a frame costs far more than what is in it, so this is most of the client's throughput.
 *
 * @param maxCalls messages in one array frame; with 1 every message goes out at once
 * @param maxBytes of one frame
 */
export function frameWriter(send: (text: string) => void, maxCalls: number, maxBytes: number): FrameWriter {
  let frame = '';
  let count = 0;
  const flush = (): void => {
    const text = count > 1 ? `[${frame}]` : frame;
    frame = '';
    count = 0;
    if (text) send(text);
  };
  return {
    get waiting() {
      return frame.length;
    },
    write(text) {
      // A UTF-16 unit is at most three bytes of UTF-8. Counting exactly would read every text once more.
      if (3 * (frame.length + text.length + 1) > maxBytes) flush();
      frame = count > 0 ? `${frame},${text}` : text;
      if (++count >= maxCalls) flush();
      else if (count === 1) queueMicrotask(flush);
    },
    flush,
  };
}
