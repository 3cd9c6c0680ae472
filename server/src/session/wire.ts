/** A connection as the session knows it: whatever carries text both ways. The door supplies it. */
export interface Wire {
  send(text: string): void;
  /** Holds back small writes until `uncork`, so that many become one. */
  cork(): void;
  uncork(): void;
  /** Ends the connection; see CLOSE_CODES. */
  close(code: number, reason: string): void;
}
