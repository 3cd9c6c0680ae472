/** Environment variables by name; an empty one counts as not set, as compose files leave them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the command touches of the process it runs in. */
export interface Terminal {
  readonly args: readonly string[];
  readonly env: Environment;
  /** What somebody waits for: who took the worker in, and as whom. */
  readonly stdout: { write(text: string): unknown };
  /** The log. */
  readonly stderr: { write(text: string): unknown };
  /** Calls back at SIGTERM and SIGINT. */
  readonly onStop: (callback: () => void) => void;
  /** Processor cores this process may use. */
  readonly cores: number;
}
