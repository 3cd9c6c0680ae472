/** What every JavaScript platform has and the wire contract names; nothing else of any platform is visible here. */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
}
