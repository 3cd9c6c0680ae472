import { isJsonObject } from '@callsheet/protocol';
import type { Handlers } from '../observe/handlers.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { LogClock } from './clock.ts';
import { connectionEvent, credentialEvent, jobEvent, type LogEvent, occurrenceEvent } from './event-of.ts';
import { Pace } from './pace.ts';

export interface EventsLogParts {
  /** Takes lines, line feed included. */
  readonly out: { write(line: string): void };
  readonly clock: LogClock;
  readonly redactor: Redactor;
}

/** Of one kind within a second; what comes beyond is one line with their number. Steps of jobs and `event` are not bounded. */
const MOST_A_SECOND = 100;
/** Characters of JSON. With it a line stays far below what readers take for a line. */
const LONGEST_LINE = 16_384;

/** `events.jsonl`: a line for what happened. */
export class EventsLog {
  readonly handlers: Handlers;
  readonly #parts: EventsLogParts;
  readonly #pace: Pace;

  constructor(parts: EventsLogParts) {
    this.#parts = parts;
    this.#pace = new Pace({
      after: (ms, callback) => parts.clock.after(ms, callback),
      most: MOST_A_SECOND,
      withheld: (event, times) => this.event(event, { times }),
    });
    this.handlers = {
      connection: (observation) => this.#tell(connectionEvent(observation)),
      credential: (observation) => this.#tell(credentialEvent(observation)),
      occurrence: (observation) => this.#tell(occurrenceEvent(observation)),
      job: (observation) => {
        const { event, members } = jobEvent(observation);
        this.event(event, members);
      },
    };
  }

  /** Writes down something that happened, redacted. Never throws. */
  event(event: string, members: object): void {
    const { out, clock, redactor } = this.#parts;
    const own = { ts: new Date(clock.now()).toISOString(), event };
    const told = redactor.value({ ...members });
    // Once for their place in the line, once more because they are not the members' to say.
    const line = JSON.stringify({ ...own, ...(isJsonObject(told) && told), ...own });
    out.write(line.length > LONGEST_LINE ? `${JSON.stringify({ ...own, cut: line.length })}\n` : `${line}\n`);
  }

  /** Writes down a line of the log, at the pace of its level. */
  line(level: string, fields: object, message: string): void {
    const event = `log.${level}`;
    if (this.#pace.admits(event)) this.event(event, { ...fields, message });
  }

  /** Tells of what was withheld within this second. */
  close(): void {
    this.#pace.release();
  }

  #tell(told: LogEvent | undefined): void {
    if (told !== undefined && this.#pace.admits(told.event)) this.event(told.event, told.members);
  }
}
